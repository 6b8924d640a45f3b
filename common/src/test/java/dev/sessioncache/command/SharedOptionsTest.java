package dev.sessioncache.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.SecretSettings;
import dev.sessioncache.config.Sources;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SharedOptionsTest {
  private final StringWriter err = new StringWriter();

  @Command(name = "program")
  static final class Program implements Runnable {
    @Mixin final SharedOptions options = new SharedOptions();

    @Override
    public void run() {}
  }

  @Test
  void shouldCollectFileEnvironmentAndFlagsWhenAllAreGiven() {
    Sources sources =
        parse(
                "--config=w.yaml",
                "--set=lease.ttl=5m",
                "--set=key=a=b",
                "--database-url=postgres://h/d",
                "--redis-url=redis://h",
                "--kafka-bootstrap-servers=h:1")
            .sources(Map.of("HOME", "/root"));

    assertThat(sources)
        .isEqualTo(
            new Sources(
                Path.of("w.yaml"),
                Map.of("HOME", "/root"),
                Map.of(
                    "lease.ttl", "5m",
                    "key", "a=b",
                    "database.url", "postgres://h/d",
                    "redis.url", "redis://h",
                    "kafka.bootstrap.servers", "h:1")));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldWarnInOneLineWhenAPasswordIsOnTheCommandLine() {
    parse("--redis-url=redis://:hidden@h").sources(Map.of());

    assertThat(err.toString())
        .startsWith("warmer: warning: a password on the command line is visible")
        .hasLineCount(1)
        .doesNotContain("hidden");
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void shouldWarnWhenASecretIsOnTheCommandLine(String name) {
    parse("--set", name + "=hidden").sources(Map.of());

    assertThat(err.toString()).hasLineCount(1).contains("command line").doesNotContain("hidden");
  }

  static Set<String> secrets() {
    return SecretSettings.ALL;
  }

  @Test
  void shouldNotWarnWhenQuiet() {
    parse("--quiet", "--redis-url=redis://:hidden@h").sources(Map.of());

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldRefuseWhenASettingIsGivenTwice() {
    SharedOptions options = parse("--redis-url=redis://a", "--set=redis.url=redis://b");

    assertThatThrownBy(() -> options.sources(Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage("redis.url is given twice: use --redis-url or --set, not both");
  }

  private SharedOptions parse(String... args) {
    Program program = new Program();
    new CommandLine(program).setErr(new PrintWriter(err, true)).parseArgs(args);
    return program.options;
  }
}
