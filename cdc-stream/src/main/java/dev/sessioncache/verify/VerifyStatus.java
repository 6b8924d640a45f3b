package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.json.JsonText;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the present or last round says of itself in Redis; format: docs/redis-keys.md. */
final class VerifyStatus {

  static final Duration TIME_TO_LIVE = Duration.ofDays(1);

  private static final String VERIFY = "verify";

  /** How a round stands. */
  enum State {
    RUNNING,
    DONE,
    INTERRUPTED
  }

  private final Sides sides;
  private final Share share;
  private final String by;
  private final Instant startedAt = Instant.now();

  /**
   * @param by who makes the round: the command or the stream
   */
  VerifyStatus(Sides sides, Share share, String by) {
    this.sides = sides;
    this.share = share;
    this.by = by;
  }

  void write(State state, Figures figures) {
    String text =
        JsonText.object(
            json -> {
              json.writeStringField("state", state.name().toLowerCase(Locale.ROOT));
              json.writeStringField("by", by);
              json.writeStringField("started_at", startedAt.toString());
              json.writeStringField("at", Instant.now().toString());
              json.writeNumberField("share", share.value());
              FiguresJson.write(json, figures);
            });
    byte[] key = sides.settings().statusKey(VERIFY).getBytes(UTF_8);
    sides
        .redis()
        .ask(commands -> commands.set(key, text.getBytes(UTF_8), SetArgs.Builder.px(TIME_TO_LIVE)));
  }
}
