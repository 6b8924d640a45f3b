package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReferenceTest {
  private static final List<Class<? extends Record>> SECTIONS = List.of(Capture.class);

  private final Path directory;

  ConfigurationReferenceTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Section(value = "Capture", description = "Reads changes.")
  record Capture(
      @Setting(
              name = "capture.slot",
              defaultValue = "warmer",
              rule = "lower-case letters",
              description = "The slot | one per\nprogram.")
          String slot,
      @Setting(
              name = "capture.batch-size",
              defaultValue = "10",
              min = "1",
              max = "99",
              description = "Rows.")
          int batchSize,
      @Setting(name = "capture.note", description = "A note.") Optional<String> note,
      @Setting(name = "database.url", description = "The database.") DatabaseUrl database) {}

  @Test
  void shouldHaveATablePerSectionWhenGenerated() {
    assertThat(ConfigurationReference.markdown(SECTIONS))
        .startsWith("# Configuration\n")
        .endsWith(
            """

            ## Capture

            Reads changes.

            | name | environment variable | default | rule | meaning |
            |---|---|---|---|---|
            | `capture.slot` | `WARMER_CAPTURE_SLOT` | `warmer` | text, lower-case letters | The slot \\| one per program. |
            | `capture.batch-size` | `WARMER_CAPTURE_BATCH_SIZE` | `10` | a whole number, from 1 to 99 | Rows. |
            | `capture.note` | `WARMER_CAPTURE_NOTE` | none | text | A note. |
            | `database.url` | `DATABASE_URL` | required |  | The database. |
            """);
  }

  @Test
  void shouldSayHowToRegenerateWhenTheFileIsStale() throws Exception {
    Path file = Files.writeString(directory.resolve("configuration.md"), "old");

    assertThatThrownBy(() -> ConfigurationReferenceCheck.verify(file, SECTIONS, false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dupdate.docs=true");
  }

  @Test
  void shouldPassWhenTheFileHasBeenRegenerated() throws Exception {
    Path file = directory.resolve("configuration.md");

    ConfigurationReferenceCheck.verify(file, SECTIONS, true);

    assertThat(file).hasContent(ConfigurationReference.markdown(SECTIONS));
    ConfigurationReferenceCheck.verify(file, SECTIONS, false);
  }
}
