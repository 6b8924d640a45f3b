package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Postgres with logical replication switched on. Any local user can reach its port and its
 * superuser can run programs as us, so the password is random; it stays with a kept directory.
 */
final class PostgresProgram implements Program {

  private static final String USER = "postgres";
  private static final Duration INITDB_LIMIT = Duration.ofSeconds(60);

  private final PostgresPrograms programs = PostgresPrograms.unpacked();
  private final Unprivileged unprivileged = Unprivileged.detect();
  private final StackDirectory directory;
  private final Path data;
  private final PostgresAddress address;
  private final Optional<Certificate> certificate;

  PostgresProgram(StackDirectory directory, int port) {
    this(directory, port, Optional.empty());
  }

  /**
   * @param certificate with which it speaks TLS, and then nothing else
   */
  PostgresProgram(StackDirectory directory, int port, Optional<Certificate> certificate) {
    this.certificate = certificate;
    this.directory = directory;
    this.data = data(directory);
    this.address = new PostgresAddress("127.0.0.1", port, USER, password());
  }

  static Path data(StackDirectory directory) {
    return directory.path("postgres");
  }

  static Path passwordFile(StackDirectory directory) {
    return directory.path("postgres.password");
  }

  PostgresAddress address() {
    return address;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public void prepare() {
    try {
      if (!Files.exists(data)) {
        initialise();
      }
      // The former server is gone (see PidFile). Its lock file would stop us if its process number
      // meanwhile belongs to another process of ours; shared memory still in use stops us anyway.
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      unprivileged.own(data);
      if (certificate.isPresent()) {
        Files.writeString(accessFile(), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
        Files.setPosixFilePermissions(
            certificate.get().key(), PosixFilePermissions.fromString("rw-------"));
        unprivileged.own(certificate.get().key());
      }
    } catch (IOException e) {
      throw new StackException("cannot prepare " + data + ": " + e.getMessage(), e);
    }
  }

  /** Into another directory first: an initdb that was cut short leaves nothing that counts. */
  private void initialise() throws IOException {
    Path fresh = directory.path("postgres.new");
    FileTree.delete(fresh);
    Files.createDirectory(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    unprivileged.own(fresh);
    unprivileged.own(passwordFile(directory));
    List<String> initdb =
        List.of(
            programs.initdb(),
            "--pgdata=" + fresh,
            "--username=" + USER,
            "--pwfile=" + passwordFile(directory),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            "--no-sync");
    Path log = directory.log(name());
    GuardedProcess run = GuardedProcess.start(unprivileged.command(initdb), log);
    if (!run.endsWithin(INITDB_LIMIT) || run.exitCode() != 0) {
      run.tree().kill();
      throw new StackException(
          "postgres did not start: initdb failed; log %s ends with:%n%s"
              .formatted(log, LogTail.of(log)));
    }
    Files.move(fresh, data);
  }

  @Override
  public List<String> command() {
    List<String> line = new ArrayList<>(List.of(programs.postgres(), "-D", data.toString()));
    set(line, "listen_addresses", address.host());
    set(line, "port", Integer.toString(address.port()));
    set(line, "unix_socket_directories", "");
    set(line, "wal_level", "logical");
    set(line, "max_replication_slots", "32");
    set(line, "max_wal_senders", "32");
    set(line, "max_connections", "200");
    set(line, "log_line_prefix", "%m [%p] %q%a@%d ");
    // Without fsync a killed server still finds all that it wrote: the kernel has it.
    set(line, "fsync", directory.keep() ? "on" : "off");
    certificate.ifPresent(shown -> speakTls(line, shown));
    return unprivileged.command(line);
  }

  private void speakTls(List<String> line, Certificate shown) {
    set(line, "ssl", "on");
    set(line, "ssl_cert_file", shown.certificate().toString());
    set(line, "ssl_key_file", shown.key().toString());
    set(line, "ssl_ca_file", shown.certificate().toString());
    set(line, "hba_file", accessFile().toString());
  }

  private Path accessFile() {
    return directory.path("pg_hba.conf");
  }

  private static void set(List<String> line, String name, String value) {
    line.add("-c");
    line.add(name + "=" + value);
  }

  /** SIGINT is the "fast shutdown": it does not wait for clients to leave. */
  @Override
  public String stopSignal() {
    return "INT";
  }

  @Override
  public boolean answers() {
    return Readiness.postgres(address);
  }

  private String password() {
    try {
      if (!Files.exists(passwordFile(directory))) {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        Files.createFile(
            passwordFile(directory),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile(directory), HexFormat.of().formatHex(random));
      }
      return Files.readString(passwordFile(directory)).strip();
    } catch (IOException e) {
      throw new StackException("cannot keep the password of Postgres: " + e.getMessage(), e);
    }
  }
}
