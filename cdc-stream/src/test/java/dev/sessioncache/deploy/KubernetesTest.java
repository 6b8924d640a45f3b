package dev.sessioncache.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.config.DatabaseUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests of docs/deploy/kubernetes. */
class KubernetesTest {

  private final List<JsonNode> manifests =
      DeployFiles.files(DeployFiles.DIRECTORY.resolve("kubernetes"), ".yaml").stream()
          .flatMap(file -> DeployFiles.yaml(file).stream())
          .toList();

  @Test
  void shouldGiveOurProgramsSettingsOfTheirs() {
    Set<String> given = new TreeSet<>();
    pods().forEach(pod -> given.addAll(variables(pod).keySet()));

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
  void shouldReachServersElsewhereByTlsOfAuthoritiesThatAreMounted() {
    for (JsonNode pod : pods()) {
      Map<String, String> variables = variables(pod);
      DatabaseUrl url = DatabaseUrl.parse(variables.getOrDefault("DATABASE_URL", ""));
      assertThat(url.parameters()).containsEntry("sslmode", "verify-full");
      assertThat(variables.get("REDIS_URL")).startsWith("rediss://");
      assertThat(variables.get("WARMER_KAFKA_SECURITY_PROTOCOL")).isEqualTo("SASL_SSL");

      assertThat(mounted(pod))
          .contains(
              url.parameters().get("sslrootcert"),
              variables.get("WARMER_REDIS_CA"),
              variables.get("WARMER_KAFKA_CA"));
    }
    assertThat(variables(pod("StatefulSet")))
        .containsKeys("WARMER_KAFKA_USERNAME", "WARMER_KAFKA_PASSWORD");
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

  /** What a pod takes from its ConfigMap and its Secret. */
  private Map<String, String> variables(JsonNode pod) {
    Map<String, String> variables = new TreeMap<>();
    for (JsonNode from : pod.findValue("envFrom")) {
      from.properties()
          .forEach(
              source ->
                  values(source.getKey().replaceFirst("Ref$", ""), source.getValue())
                      .forEach((name, value) -> variables.put(name, value.asText())));
    }
    return variables;
  }

  /** The files that a pod sees of ConfigMaps. */
  private Set<String> mounted(JsonNode pod) {
    Set<String> files = new TreeSet<>();
    for (JsonNode mount : pod.findValue("volumeMounts")) {
      for (JsonNode volume : pod.path("volumes")) {
        if (volume.has("configMap") && volume.path("name").equals(mount.path("name"))) {
          values("ConfigMap", volume.path("configMap"))
              .keySet()
              .forEach(file -> files.add(mount.path("mountPath").asText() + "/" + file));
        }
      }
    }
    return files;
  }

  private Map<String, JsonNode> values(String kind, JsonNode reference) {
    String wanted = kind + " " + reference.path("name").asText();
    Map<String, JsonNode> values = new TreeMap<>();
    manifests.stream()
        .filter(it -> kindAndName(it).equalsIgnoreCase(wanted))
        .flatMap(it -> Stream.of(it.path("data"), it.path("stringData")))
        .forEach(data -> values.putAll(DeployFiles.members(data)));
    return values;
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
