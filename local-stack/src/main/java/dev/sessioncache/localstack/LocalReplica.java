package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A hot standby of the Postgres of a {@link LocalStack}, made from a base backup and fed by
 * streaming replication. Its data is thrown away. Owned by the one who started it.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/17/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">
 *     the low-level API of base backups</a>
 */
public final class LocalReplica implements AutoCloseable {

  /** Not part of a backup; the server makes anew what it needs. */
  private static final Set<Path> LEFT_OUT =
      Set.of(Path.of("postmaster.pid"), Path.of("postmaster.opts"), Path.of("pg_replslot"));

  private final StackDirectory directory;
  private final PostgresAddress address;
  private final LocalServer server;

  private LocalReplica(StackDirectory directory, LocalStack primary) throws IOException {
    this.directory = directory;
    Files.copy(primary.postgresPassword(), PostgresProgram.passwordFile(directory));
    int port = new Ports(directory.path("ports")).port("postgres");
    PostgresProgram program = new PostgresProgram(directory, port);
    this.address = program.address();
    this.server = new LocalServer(program, directory);
  }

  /**
   * Returns when it answers. The primary goes on meanwhile.
   *
   * @throws StackException when the backup fails or the replica does not come up
   */
  public static LocalReplica start(LocalStack primary) {
    StackDirectory directory = StackDirectory.open(StackOptions.temporary());
    try {
      backUp(primary, PostgresProgram.data(directory));
      LocalReplica replica = new LocalReplica(directory, primary);
      replica.server.start();
      return replica;
    } catch (IOException | SQLException e) {
      directory.close();
      throw new StackException("cannot make a replica: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static void backUp(LocalStack primary, Path data) throws IOException, SQLException {
    PostgresAddress source = primary.postgresAddress();
    try (Connection connection = source.connect(PostgresAddress.MAINTENANCE_DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('local replica', true)");
      copy(primary.postgresData(), data);
      try (ResultSet backup =
          statement.executeQuery(
              "select labelfile from pg_backup_stop(wait_for_archive => false)")) {
        backup.next();
        Files.writeString(data.resolve("backup_label"), backup.getString(1));
      }
    }
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=%s port=%d user=%s password=%s'%n"
            .formatted(source.host(), source.port(), source.user(), source.password()),
        StandardOpenOption.APPEND);
  }

  /** Files may vanish and change while they are copied: the log repairs that. */
  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(path).toString());
            Files.createDirectories(
                copy,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return LEFT_OUT.contains(from.relativize(path))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(from.relativize(path))) {
              copyFile(path, to.resolve(from.relativize(path).toString()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to);
    } catch (NoSuchFileException e) {
      // dropped meanwhile
    }
  }

  /** The URL of the database of that name, which exists on the primary. */
  public String url(String database) {
    return address.url(database);
  }

  public Server server() {
    return server;
  }

  @Override
  public void close() {
    try (directory) {
      server.close(false);
    }
  }
}
