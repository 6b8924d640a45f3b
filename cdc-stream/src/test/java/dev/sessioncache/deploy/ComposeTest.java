package dev.sessioncache.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sessioncache.localstack.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The containers of docker-compose.yml, and the Dockerfile that two of them are built of. */
class ComposeTest {

  private static final Path FILE = DeployFiles.ROOT.resolve("docker-compose.yml");
  private static final List<String> OURS = List.of("warmer-bootstrap", "cdc-stream");

  private static final Pattern SECRET = Pattern.compile("\\$\\{([A-Z_]+):\\?");
  private static final Pattern PINNED = Pattern.compile("[a-z-]+(/[a-z]+)?:v?\\d+\\.\\d+[\\w.-]*");

  private final Map<String, JsonNode> services =
      DeployFiles.members(DeployFiles.yaml(FILE).get(0).path("services"));
  private final String dockerfile = DeployFiles.text(DeployFiles.ROOT.resolve("Dockerfile"));

  @Test
  void shouldBeAcceptedByCompose() throws Exception {
    List<String> command = new ArrayList<>(List.of("docker-compose"));
    if (!Programs.isOnPath("docker-compose")) {
      assumeTrue(hasComposeOfDocker(), "there is no docker-compose, and no docker with compose");
      command = new ArrayList<>(List.of("docker", "compose"));
    }
    command.addAll(List.of("--env-file", ".env.example", "config", "--quiet"));
    Process process =
        new ProcessBuilder(command)
            .directory(DeployFiles.ROOT.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
  }

  /** It is a plugin: the client may be there without it. */
  private static boolean hasComposeOfDocker() throws Exception {
    return Programs.isOnPath("docker")
        && new ProcessBuilder("docker", "compose", "version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  @Test
  void shouldGiveOurProgramsSettingsOfTheirs() {
    for (String name : OURS) {
      assertThat(DeployFiles.members(service(name).path("environment")).keySet())
          .as(name)
          .isNotEmpty()
          .isSubsetOf(DeployFiles.variables());
    }
    assertThat(Pattern.compile("(WARMER_[A-Z_]+)=(?!1 exec)").matcher(dockerfile).results())
        .isNotEmpty()
        .allSatisfy(found -> assertThat(DeployFiles.variables()).contains(found.group(1)));
  }

  @Test
  void shouldGiveEachServiceTheLeastThatItNeeds() {
    services.forEach(
        (name, service) -> {
          assertThat(texts(service.path("cap_drop"))).as(name).containsExactly("ALL");
          assertThat(texts(service.path("security_opt"))).contains("no-new-privileges:true");
          assertThat(service.path("read_only").asBoolean()).isEqualTo(!name.equals("kafka"));
          assertThat(service.has("privileged")).as(name).isFalse();
          assertThat(texts(service.path("networks"))).as(name).isNotEmpty();
          if (!OURS.contains(name)) {
            assertThat(service.path("user").asText()).as(name).matches("[1-9]\\d*:\\d+");
          }
        });
    assertThat(dockerfile).containsPattern("USER [1-9]\\d*:\\d+");
  }

  @Test
  void shouldLookAfterEachService() {
    services.forEach(
        (name, service) -> {
          boolean job = name.equals("warmer-bootstrap");
          assertThat(service.path("restart").asText())
              .as(name)
              .isEqualTo(job ? "no" : "unless-stopped");
          assertThat(job || name.equals("cdc-stream") || service.has("healthcheck"))
              .as(name)
              .isTrue();
        });
    assertThat(dockerfile.substring(dockerfile.indexOf("AS cdc-stream"))).contains("HEALTHCHECK");
  }

  @Test
  void shouldPublishNothingBeyondLoopback() {
    assertThat(services.values().stream().flatMap(it -> texts(it.path("ports")).stream()))
        .isNotEmpty()
        .allMatch(port -> port.startsWith("127.0.0.1:"));
  }

  @Test
  void shouldMountAndCopyWhatIsThere() {
    List<String> mounted =
        services.values().stream()
            .flatMap(service -> texts(service.path("volumes")).stream())
            .filter(volume -> volume.startsWith("./"))
            .map(volume -> volume.split(":", 2)[0])
            .toList();
    List<String> copied =
        DeployFiles.text(DeployFiles.ROOT.resolve(".dockerignore"))
            .lines()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    assertThat(mounted).isNotEmpty().allSatisfy(ComposeTest::isThere);
    assertThat(copied).isNotEmpty().allSatisfy(ComposeTest::isThere);
  }

  @Test
  void shouldHoldNoSecretAndAskForAllOfThem() {
    String text = DeployFiles.text(FILE);
    List<String> asked =
        SECRET.matcher(text).results().map(found -> found.group(1)).distinct().toList();
    String example = DeployFiles.text(DeployFiles.ROOT.resolve(".env.example"));

    assertThat(
            text.lines()
                .filter(
                    line ->
                        line.contains("PASSWORD") || line.contains("://") && line.contains("@")))
        .isNotEmpty()
        .allMatch(line -> line.contains(":?see .env.example}") || line.contains("$$"));
    assertThat(example.lines().filter(line -> !line.startsWith("#")))
        .containsExactlyInAnyOrderElementsOf(asked.stream().map(it -> it + "=change-me").toList());
    assertThat(DeployFiles.text(DeployFiles.ROOT.resolve(".gitignore")).lines()).contains(".env");
  }

  @Test
  void shouldTakeImagesOfOneVersion() {
    assertThat(services.values().stream().filter(it -> it.has("image")))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.path("image").asText()).matches(PINNED));
    assertThat(Pattern.compile("(?m)^FROM (\\S+:\\S+) ").matcher(dockerfile).results())
        .hasSize(2)
        .allSatisfy(found -> assertThat(found.group(1)).matches(PINNED));
  }

  @Test
  void shouldGiveRedisTheRightsOfThePage() {
    String page = DeployFiles.text(DeployFiles.ROOT.resolve("docs/redis-keys.md"));
    String rights =
        page.lines()
            .filter(line -> line.contains("ACL SETUSER warmer on >"))
            .map(line -> line.substring(line.indexOf(" ~session:")))
            .findFirst()
            .orElseThrow();

    assertThat(DeployFiles.text(DeployFiles.DIRECTORY.resolve("redis/start.sh")).lines())
        .contains("user default off", "user warmer on >$REDIS_PASSWORD" + rights);
  }

  private JsonNode service(String name) {
    return services.getOrDefault(name, MissingNode.getInstance());
  }

  private static void isThere(String path) {
    assertThat(DeployFiles.ROOT.resolve(path)).exists();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
