package dev.sessioncache.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The manifests of docs/deploy/kubernetes. */
class KubernetesTest {

  private static final Set<String> HOLDS_VARIABLES = Set.of("ConfigMap", "Secret");

  private final List<JsonNode> manifests =
      DeployFiles.files(DeployFiles.DIRECTORY.resolve("kubernetes"), ".yaml").stream()
          .flatMap(file -> DeployFiles.yaml(file).stream())
          .toList();

  @Test
  void shouldGiveOurProgramsSettingsOfTheirs() {
    Set<String> given = new TreeSet<>();
    manifests.stream()
        .filter(it -> HOLDS_VARIABLES.contains(it.path("kind").asText()))
        .flatMap(it -> List.of(it.path("data"), it.path("stringData")).stream())
        .forEach(values -> given.addAll(DeployFiles.members(values).keySet()));

    assertThat(given)
        .contains("DATABASE_URL", "REDIS_URL", "KAFKA_BOOTSTRAP_SERVERS")
        .isSubsetOf(DeployFiles.variables());
  }

  @Test
  void shouldTakeValuesFromWhatIsThere() {
    Set<String> defined = new TreeSet<>();
    manifests.forEach(it -> defined.add(kindAndName(it)));
    List<String> taken = new ArrayList<>();
    for (JsonNode pod : pods()) {
      pod.findValues("configMapRef")
          .forEach(it -> taken.add("ConfigMap " + it.path("name").asText()));
      pod.findValues("secretRef").forEach(it -> taken.add("Secret " + it.path("name").asText()));
    }

    assertThat(taken).isNotEmpty();
    assertThat(defined).containsAll(taken);
  }

  @Test
  void shouldPassTheRestrictedPodSecurityStandard() {
    assertThat(pods()).hasSize(2);
    for (JsonNode pod : pods()) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
      for (JsonNode container : pod.path("containers")) {
        JsonNode security = container.path("securityContext");
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.at("/capabilities/drop")).hasToString("[\"ALL\"]");
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
      }
    }
  }

  @Test
  void shouldRestartWhatIsDeadAndNotWhatIsBehind() {
    JsonNode container = pod("StatefulSet").path("containers").path(0);

    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
  }

  @Test
  void shouldSelectThePodsThatThereAre() {
    JsonNode labels = one("StatefulSet").at("/spec/template/metadata/labels");
    for (JsonNode selector :
        List.of(
            one("StatefulSet").at("/spec/selector/matchLabels"),
            one("Service").at("/spec/selector"),
            one("PodDisruptionBudget").at("/spec/selector/matchLabels"),
            one("ServiceMonitor").at("/spec/selector/matchLabels"))) {
      assertThat(selector).isNotEmpty();
      DeployFiles.members(selector)
          .forEach((name, value) -> assertThat(labels.path(name)).isEqualTo(value));
    }
    assertThat(one("Service").at("/metadata/labels/app.kubernetes.io~1name").asText())
        .as("the job that the alerts ask for")
        .isEqualTo("cdc-stream");
  }

  private List<JsonNode> pods() {
    return List.of(pod("Job"), pod("StatefulSet"));
  }

  private JsonNode pod(String kind) {
    return one(kind).at("/spec/template/spec");
  }

  private JsonNode one(String kind) {
    List<JsonNode> found =
        manifests.stream().filter(it -> it.path("kind").asText().equals(kind)).toList();
    assertThat(found).as(kind).hasSize(1);
    return found.get(0);
  }

  private static String kindAndName(JsonNode manifest) {
    return manifest.path("kind").asText() + " " + manifest.at("/metadata/name").asText();
  }
}
