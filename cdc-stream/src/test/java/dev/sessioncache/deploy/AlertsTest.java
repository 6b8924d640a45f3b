package dev.sessioncache.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules for Prometheus; that their metrics exist is seen where a stream runs, in HttpIT. */
class AlertsTest {

  private static final Pattern FIRING =
      Pattern.compile("labels: 'ALERTS\\{alertname=\"(\\w+)\", alertstate=\"firing\"");
  private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)$");

  private final List<String> names =
      DeployFiles.alerts().stream().map(alert -> alert.path("alert").asText()).toList();

  @Test
  void shouldFireWhenTheyAreToAndElseBeSilent() throws Exception {
    Promtool.run("test", "rules", DeployFiles.REHEARSAL.toString());
  }

  @Test
  void shouldAllBeRehearsed() {
    assertThat(names).doesNotHaveDuplicates();
    assertThat(found(FIRING, DeployFiles.text(DeployFiles.REHEARSAL))).containsAll(names);
  }

  @Test
  void shouldAllHaveASectionThatSaysWhatToDo() {
    String page = DeployFiles.text(DeployFiles.ROOT.resolve("docs/operations.md"));

    assertThat(found(SECTION, page.substring(page.indexOf("\n## Alerts\n"))))
        .containsExactlyInAnyOrderElementsOf(names);
    for (JsonNode alert : DeployFiles.alerts()) {
      String name = alert.path("alert").asText();
      JsonNode words = alert.path("annotations");
      assertThat(words.path("runbook_url").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(words.path("summary").asText()).as(name).isNotEmpty();
      assertThat(words.path("description").asText()).as(name).isNotEmpty();
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.path("for").asText()).as(name).isNotEmpty();
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }
}
