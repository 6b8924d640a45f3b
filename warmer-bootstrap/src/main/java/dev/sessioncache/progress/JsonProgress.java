package dev.sessioncache.progress;

import dev.sessioncache.json.JsonText;
import java.io.PrintWriter;
import java.time.Duration;

/** A line of JSON every half second, for programs. */
final class JsonProgress implements Progress {

  static final Duration EVERY = Duration.ofMillis(500);

  private final PrintWriter out;
  private Duration told = EVERY.negated();

  JsonProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void update(ProgressFigures figures) {
    if (figures.time().minus(told).compareTo(EVERY) >= 0) {
      told = figures.time();
      out.println(line(figures));
      out.flush();
    }
  }

  static String line(ProgressFigures figures) {
    return JsonText.object(
        json -> {
          json.writeStringField("event", "progress");
          json.writeNumberField("looked", figures.looked());
          json.writeNumberField("count", figures.count());
          json.writeNumberField("present", figures.present());
          json.writeNumberField("written", figures.written());
          json.writeNumberField("older", figures.older());
          json.writeNumberField("failed", figures.failed());
          json.writeNumberField("retries", figures.retries());
          json.writeNumberField("seconds", JsonText.rounded(figures.time().toMillis() / 1e3, 3));
          json.writeNumberField("rate", JsonText.rounded(figures.rate(), 1));
          if (figures.left().isPresent()) {
            json.writeNumberField("seconds_left", figures.left().get().toSeconds());
          } else {
            json.writeNullField("seconds_left");
          }
        });
  }
}
