package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that signs itself, as PEM files in a directory, made with the JDK's keytool.
 *
 * @param certificate its file, which is also that of its authority
 * @param key file of its private key
 */
record Certificate(Path certificate, Path key) {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String PASSWORD_VARIABLE = "STORE_PASSWORD";
  private static final String ALIAS = "server";
  private static final long LIMIT_SECONDS = 60;

  /** Makes one for a host name. */
  static Certificate make(Path directory, String host) {
    Path store = directory.resolve("server.p12");
    try {
      run(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-alias",
              ALIAS,
              "-keyalg",
              "RSA",
              "-validity",
              "2",
              "-dname",
              "CN=" + host,
              "-ext",
              "san=dns:" + host,
              "-storetype",
              "PKCS12",
              "-keystore",
              store.toString(),
              "-storepass:env", // a command line can be seen by all
              PASSWORD_VARIABLE));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      return new Certificate(
          pem(
              directory.resolve("certificate.pem"),
              "CERTIFICATE",
              keys.getCertificate(ALIAS).getEncoded()),
          pem(
              directory.resolve("key.pem"),
              "PRIVATE KEY",
              keys.getKey(ALIAS, PASSWORD).getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new StackException("cannot make a certificate", e);
    }
  }

  /** What Redis is told on its command line to speak TLS at that port, and to let anybody in. */
  List<String> redisOptions(int port) {
    return List.of(
        "--tls-port",
        Integer.toString(port),
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        certificate.toString(),
        "--tls-key-file",
        key.toString(),
        "--tls-ca-cert-file",
        certificate.toString());
  }

  private static void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD_VARIABLE, new String(PASSWORD));
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new StackException("keytool failed");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }

  private static Path pem(Path file, String kind, byte[] content) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
  }
}
