package dev.sessioncache.deploy;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards for Grafana; that their metrics exist is seen where a stream runs, in HttpIT. */
class DashboardTest {

  private final List<JsonNode> dashboards =
      DeployFiles.files(DeployFiles.DASHBOARDS, ".json").stream().map(DeployFiles::json).toList();

  @Test
  void shouldHavePanelsThatCanBeToldApart() {
    assertThat(dashboards).isNotEmpty();
    for (JsonNode dashboard : dashboards) {
      JsonNode panels = dashboard.path("panels");
      assertThat(panels).isNotEmpty();
      assertThat(panels.findValuesAsText("id")).hasSameSizeAs(panels).doesNotHaveDuplicates();
      assertThat(panels.findValuesAsText("title")).hasSameSizeAs(panels).doesNotContain("");
    }
  }

  @Test
  void shouldAskTheDatasourceThatIsChosen() {
    for (JsonNode dashboard : dashboards) {
      assertThat(dashboard.at("/templating/list").findValuesAsText("type")).contains("datasource");
      assertThat(dashboard.findValues("datasource"))
          .isNotEmpty()
          .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
    }
  }

  @Test
  void shouldAskInPromql(@TempDir Path directory) throws IOException, InterruptedException {
    List<String> expressions =
        DeployFiles.panelExpressions().stream()
            .map(expression -> expression.replace("$__rate_interval", "5m"))
            .toList();
    String rules =
        IntStream.range(0, expressions.size())
            .mapToObj(
                number ->
                    "{record: 'panel:%d', expr: '%s'}".formatted(number, expressions.get(number)))
            .collect(joining(", ", "groups: [{name: panels, rules: [", "]}]"));
    Path file = Files.writeString(directory.resolve("panels.yml"), rules);

    assertThat(expressions).isNotEmpty();
    Promtool.run("check", "rules", file.toString());
  }
}
