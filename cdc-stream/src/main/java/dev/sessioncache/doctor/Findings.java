package dev.sessioncache.doctor;

import dev.sessioncache.json.JsonText;
import java.util.List;
import java.util.Locale;

/** All that was found. */
record Findings(List<Finding> all) {

  boolean isWell() {
    return all.stream().noneMatch(finding -> finding.state() == Finding.State.FAILED);
  }

  /** Aligned lines for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Finding finding : all) {
      text.append(
          String.format(
              Locale.ROOT, "%-8s %-16s %s%n", label(finding), finding.of(), finding.words()));
    }
    return text.toString().stripTrailing();
  }

  private static String label(Finding finding) {
    return finding.state().name().toLowerCase(Locale.ROOT);
  }

  /** One JSON object. */
  String json() {
    return JsonText.object(
        json -> {
          json.writeBooleanField("ok", isWell());
          json.writeArrayFieldStart("findings");
          for (Finding finding : all) {
            json.writeStartObject();
            json.writeStringField("of", finding.of());
            json.writeStringField("state", label(finding));
            json.writeStringField("words", finding.words());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
