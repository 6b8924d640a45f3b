package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Reads PEM files before Kafka's clients do, whose refusals nobody understands. */
final class PemFile {

  private static final String KEY = "-----BEGIN PRIVATE KEY-----";

  private PemFile() {}

  /**
   * Certificates, as text.
   *
   * @param setting that names the file
   * @throws OperationException when there are none in it
   */
  static String certificates(Path file, String setting) {
    String text = text(file, setting);
    try {
      if (!CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
          .isEmpty()) {
        return text;
      }
    } catch (CertificateException e) {
      throw new OperationException(holdsNone(file, setting), e);
    }
    throw new OperationException(holdsNone(file, setting));
  }

  private static String holdsNone(Path file, String setting) {
    return file + " holds no certificate in PEM (" + setting + ")";
  }

  /**
   * A private key, as text.
   *
   * @throws OperationException when it is none that Kafka's clients read; without its content
   */
  static String key(Path file, String setting) {
    String text = text(file, setting);
    if (!text.contains(KEY)) {
      throw new OperationException(
          file
              + " does not begin with "
              + KEY
              + " ("
              + setting
              + "): convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    return text;
  }

  private static String text(Path file, String setting) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new OperationException("cannot read " + file + " (" + setting + ")", e);
    }
  }
}
