package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings whose values are in files that the environment names. */
class EnvironmentValuesTest {
  private final Path directory;

  EnvironmentValuesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Section(value = "Secrets", description = "What nobody may see.")
  record Secrets(
      @Setting(name = "database.url", description = "Postgres.") DatabaseUrl database,
      @Setting(name = "secrets.token", secret = true, defaultValue = "none", description = "T.")
          String token) {}

  @Test
  void shouldReadTheFileWhenTheVariableNamesOne() throws IOException {
    Configuration loaded =
        load(
            Map.of(
                "DATABASE_URL_FILE", file("url", "postgres://u:hidden@h/d\n"),
                "WARMER_SECRETS_TOKEN_FILE", file("token", "also hidden\r\n")));

    assertThat(loaded.get(Secrets.class).database().password()).contains("hidden");
    assertThat(loaded.get(Secrets.class).token()).isEqualTo("also hidden");
    assertThat(loaded.describe())
        .isEqualTo(
            """
            database.url = postgres://u:***@h/d (environment, DATABASE_URL_FILE)
            secrets.token = *** (environment, WARMER_SECRETS_TOKEN_FILE)""");
  }

  @Test
  void shouldTellOfAllFilesWhenTheyCannotBeUsed() throws IOException {
    Path missing = directory.resolve("missing");
    String empty = file("empty", " \n");
    Map<String, String> environment =
        Map.of("DATABASE_URL_FILE", missing.toString(), "WARMER_SECRETS_TOKEN_FILE", empty);

    assertThatThrownBy(() -> load(environment))
        .isInstanceOfSatisfying(
            InvalidConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                        "DATABASE_URL_FILE: the file "
                            + missing
                            + " does not exist; correct the path",
                        "WARMER_SECRETS_TOKEN_FILE: " + empty + " is empty; correct it"));
  }

  @Test
  void shouldRefuseADirectoryWhenItIsNamed() {
    assertThatThrownBy(() -> load(Map.of("DATABASE_URL_FILE", directory.toString())))
        .hasMessage(
            "DATABASE_URL_FILE: the file " + directory + " can't be read; check its permissions");
  }

  @Test
  void shouldRefuseBothWhenAValueIsGivenTwice() throws IOException {
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            "postgres://u:hidden@h/d",
            "DATABASE_URL_FILE",
            file("url", "postgres://u:other@h/d"));

    assertThatThrownBy(() -> load(environment))
        .hasMessage(
            "DATABASE_URL_FILE: DATABASE_URL is set too, and one may be older than the other;"
                + " unset one of them");
  }

  @Test
  void shouldHideWhatIsInTheFileWhenItIsWrong() throws IOException {
    Map<String, String> environment = Map.of("DATABASE_URL_FILE", file("url", "hidden@h:5/d"));

    assertThatThrownBy(() -> load(environment))
        .hasMessageContaining("database.url = ***: ")
        .hasMessageContaining("correct it (environment, DATABASE_URL_FILE)")
        .hasMessageNotContaining("hidden");
  }

  private static Configuration load(Map<String, String> environment) {
    return Configuration.load(
        new Sources(null, environment, Map.of()), List.of(Secrets.class), List.of());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
