package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  private final Path directory;

  ConfigurationTest(@TempDir Path directory) {
    this.directory = directory;
  }

  enum Mode {
    FAIL_FAST,
    CARRY_ON
  }

  @Section(value = "Lease", description = "How long entries live.")
  record Lease(
      @Setting(
              name = "lease.ttl",
              defaultValue = "5m",
              min = "1s",
              max = "1h",
              description = "Time to live.")
          Duration ttl,
      @Setting(name = "lease.bound", defaultValue = "30s", description = "Staleness.")
          Duration bound) {
    Lease {
      if (bound.compareTo(ttl) >= 0) {
        throw new IllegalArgumentException("lease.bound must be shorter than lease.ttl");
      }
    }
  }

  @Section(value = "Kinds", description = "Every type.")
  record Kinds(
      @Setting(name = "kinds.text", defaultValue = "a ${b} %c", description = "d") String text,
      @Setting(name = "kinds.int", defaultValue = "4", min = "1", description = "d") int whole,
      @Setting(name = "kinds.long", defaultValue = "5000000000", description = "d") long big,
      @Setting(name = "kinds.boolean", defaultValue = "false", description = "d") boolean flag,
      @Setting(name = "kinds.double", defaultValue = "0.5", max = "1", description = "d")
          double ratio,
      @Setting(name = "kinds.path", defaultValue = "/tmp/x", description = "d") Path path,
      @Setting(name = "kinds.list", defaultValue = "a, b", description = "d") List<String> list,
      @Setting(name = "kinds.optional", description = "d") Optional<Duration> optional,
      @Setting(name = "kinds.mode", defaultValue = "fail-fast", description = "d") Mode mode) {}

  @Section(value = "Servers", description = "Where the servers are.")
  record Servers(
      @Setting(name = "database.url", description = "Postgres.") DatabaseUrl database,
      @Setting(name = "servers.token", secret = true, min = "1000", description = "Token.")
          int token) {}

  @Test
  void shouldUseDefaultsWhenNoSourceHasAValue() throws IOException {
    Kinds kinds = load(sources(""), Kinds.class).get(Kinds.class);

    assertThat(kinds)
        .isEqualTo(
            new Kinds(
                "a ${b} %c",
                4,
                5_000_000_000L,
                false,
                0.5,
                Path.of("/tmp/x"),
                List.of("a", "b"),
                Optional.empty(),
                Mode.FAIL_FAST));
  }

  @Test
  void shouldConvertEveryTypeWhenTheFileHasValues() throws IOException {
    String file =
        """
        kinds.text = t
        kinds.int=7
        kinds.long=8
        kinds.boolean=true
        kinds.double=0.25
        kinds.path=y
        kinds.list=
        kinds.optional=250ms
        kinds.mode=carry-on
        """;

    Kinds kinds = load(sources(file), Kinds.class).get(Kinds.class);

    assertThat(kinds)
        .isEqualTo(
            new Kinds(
                "t",
                7,
                8,
                true,
                0.25,
                Path.of("y"),
                List.of(),
                Optional.of(Duration.ofMillis(250)),
                Mode.CARRY_ON));
  }

  @Test
  void shouldLetTheLaterSourceWinWhenSeveralHaveAValue() throws IOException {
    Path file = file("warmer.properties", "lease.ttl=1m\nlease.bound=1s\n");
    Map<String, String> environment = Map.of("WARMER_LEASE_TTL", "2m", "WARMER_LEASE_BOUND", "2s");

    Configuration loaded =
        load(new Sources(file, environment, Map.of("lease.ttl", "3m")), Lease.class);

    assertThat(loaded.get(Lease.class))
        .isEqualTo(new Lease(Duration.ofMinutes(3), Duration.ofSeconds(2)));
    assertThat(loaded.describe())
        .isEqualTo(
            "lease.ttl = 3m (command line)\nlease.bound = 2s (environment, WARMER_LEASE_BOUND)");
  }

  @Test
  void shouldReadNestedAndDottedNamesWhenTheFileIsYaml() throws IOException {
    Path file =
        file("warmer.yaml", "lease:\n  ttl: 1m\nlease.bound: 1s\nkinds:\n  list: [x, 'y,z']\n");

    Configuration loaded = load(new Sources(file, Map.of(), Map.of()), Lease.class, Kinds.class);

    assertThat(loaded.get(Lease.class))
        .isEqualTo(new Lease(Duration.ofMinutes(1), Duration.ofSeconds(1)));
    assertThat(loaded.get(Kinds.class).list()).containsExactly("x", "y,z");
  }

  @Test
  void shouldTakeABlankVariableForNotSetWhenLoading() {
    Sources sources = new Sources(null, Map.of("WARMER_LEASE_TTL", " "), Map.of());

    assertThat(load(sources, Lease.class).get(Lease.class).ttl()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void shouldAcceptNamesOfOtherProgramsWhenTheyAreDeclaredKnown() throws IOException {
    Sources sources = sources("lease.ttl = nonsense, but not ours\n");

    Configuration loaded = Configuration.load(sources, List.of(Kinds.class), List.of(Lease.class));

    assertThat(loaded.describe()).doesNotContain("lease");
  }

  @Test
  void shouldListEveryProblemWhenSeveralSettingsAreWrong() throws IOException {
    Path file =
        file(
            "warmer.properties",
            "lease.tll=1m\nlease.ttl=2h\nkinds.boolean=tru\nkinds.mode=x\nkinds.double=NaN\n");
    Sources sources =
        new Sources(
            file,
            Map.of("WARMER_KINDS_INT", "0", "WARMER_LEASE_TLL", "1"),
            Map.of("q", "", "", "x"));

    InvalidConfigurationException refused =
        catchThrowableOfType(
            InvalidConfigurationException.class,
            () -> load(sources, Lease.class, Kinds.class, Servers.class));

    assertThat(refused.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "lease.ttl = 2h: must be a duration such as 500ms, 30s or 5m, from 1s to 1h; correct it"
                + (" (" + file + ")"),
            "kinds.int = 0: must be a whole number, at least 1; correct it (environment,"
                + " WARMER_KINDS_INT)",
            "kinds.boolean = tru: must be true or false; correct it (" + file + ")",
            "kinds.double = NaN: must be a number, at most 1; correct it (" + file + ")",
            "kinds.mode = x: must be one of fail-fast, carry-on; correct it (" + file + ")",
            "database.url: is required and not set; set DATABASE_URL, or the name in the file",
            "servers.token: is required and not set; set WARMER_SERVERS_TOKEN, or the name in the"
                + " file",
            "lease.tll: is not a known setting (in " + file + "); did you mean lease.ttl?",
            "WARMER_LEASE_TLL: is not a known setting (in the environment); did you mean"
                + " WARMER_LEASE_TTL?",
            "'': is no name (on the command line); write NAME=VALUE",
            "q: is not a known setting (on the command line); remove it");
  }

  @Test
  void shouldReportTheRecordsOwnCheckWhenSettingsContradictEachOther() throws IOException {
    Sources sources = sources("lease.bound=10m");

    assertThatThrownBy(() -> load(sources, Lease.class))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage(
            "Lease: lease.bound must be shorter than lease.ttl; change one of lease.ttl,"
                + " lease.bound");
  }

  @Test
  void shouldHideSecretsWhenValuesAreWrong() {
    Sources sources =
        new Sources(
            null,
            Map.of("DATABASE_URL", "postgres://u:hidden@h:99999/d", "WARMER_SERVERS_TOKEN", "77"),
            Map.of());

    assertThatThrownBy(() -> load(sources, Servers.class))
        .hasMessageContaining("database.url = postgres://u:***@h:99999/d: needs a port from 1")
        .hasMessageContaining("servers.token = ***: must be a whole number, at least 1000;")
        .hasMessageNotContaining("hidden")
        .hasMessageNotContaining("77");
  }

  @Test
  void shouldHideAllOfAUrlThatIsNone() {
    Sources sources = new Sources(null, Map.of("DATABASE_URL", "postgres:hidden@h:5/d"), Map.of());

    assertThatThrownBy(() -> load(sources, Servers.class))
        .hasMessageContaining("database.url = ***: must have the form")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void shouldHideSecretsWhenDescribing() {
    Sources sources =
        new Sources(
            null,
            Map.of("DATABASE_URL", "postgres://u:hidden@h/d", "WARMER_SERVERS_TOKEN", "7777"),
            Map.of());

    assertThat(load(sources, Servers.class).describe())
        .isEqualTo(
            """
            database.url = postgres://u:***@h/d (environment, DATABASE_URL)
            servers.token = *** (environment, WARMER_SERVERS_TOKEN)""");
  }

  @Test
  void shouldNameTheFileWhenItDoesNotExist() {
    Sources sources = new Sources(directory.resolve("no.yaml"), Map.of(), Map.of());

    assertThatThrownBy(() -> load(sources, Lease.class))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("no.yaml: the settings file does not exist");
  }

  @Test
  void shouldNotQuoteTheFileWhenItIsMalformed() throws IOException {
    Path file = file("warmer.yml", "database.url: [hidden\n b");

    assertThatThrownBy(() -> load(new Sources(file, Map.of(), Map.of()), Lease.class))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("is not valid YAML")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void shouldAcceptNamesOfOtherProgramsWhenFileOrEnvironmentHoldThem() throws IOException {
    Path file = file("warmer.properties", "capture.name = 1");
    Sources shared = new Sources(file, Map.of("WARMER_CAPTURE_THING", "x"), Map.of());

    Configuration loaded = Configuration.loadShared(shared, List.of(Kinds.class));

    assertThat(loaded.get(Kinds.class)).isNotNull();
    assertThatThrownBy(() -> load(shared, Kinds.class))
        .hasMessageContaining("capture.name")
        .hasMessageContaining("WARMER_CAPTURE_THING");
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // List.of does not write to the array
  private static Configuration load(Sources sources, Class<? extends Record>... sections) {
    return Configuration.load(sources, List.of(sections), List.of());
  }

  private Sources sources(String properties) throws IOException {
    return new Sources(file("warmer.properties", properties), Map.of("HOME", "/x"), Map.of());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
