package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of classes that the launcher makes after a build. A JVM may die of a class when it
 * makes one; the launcher then goes on without, and all that would be seen is that it is slow.
 */
class ClassArchiveIT {

  @Test
  void shouldBeMadeByThisJdk(@TempDir Path directory) throws Exception {
    Path archive = directory.resolve("classes.jsa");
    Process process = warmThatFindsNoServer(directory, archive);

    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();

    assertThat(archive).as(said).exists();
  }

  private static Process warmThatFindsNoServer(Path directory, Path archive) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ArchiveClassesAtExit=" + archive,
            "-XX:ErrorFile=" + directory.resolve("jvm.log"),
            "-cp",
            jar() + ":" + Path.of("target", "lib").toAbsolutePath() + "/*",
            WarmerBootstrap.class.getName(),
            "--quiet");
    builder.environment().put("DATABASE_URL", "postgres://127.0.0.1:1/none");
    builder.environment().put("REDIS_URL", "redis://127.0.0.1:1");
    return builder.redirectErrorStream(true).start();
  }

  private static Path jar() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("target").toAbsolutePath())) {
      List<Path> jars =
          files
              .filter(
                  file ->
                      file.getFileName()
                          .toString()
                          .matches("warmer-bootstrap-[^-]*(-SNAPSHOT)?[.]jar"))
              .toList();
      assertThat(jars).hasSize(1);
      return jars.get(0);
    }
  }
}
