package dev.sessioncache.verify;

import dev.sessioncache.command.StopSignal;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rounds of the command, which tells how far they have come. */
final class CommandRounds {

  private static final Duration TELL_EVERY = Duration.ofSeconds(5);

  private final VerifyLink link;
  private final StopSignal stop;
  private final @Nullable PrintWriter err;

  /**
   * @param err takes a line every few seconds; null for none
   */
  CommandRounds(VerifyLink link, StopSignal stop, @Nullable PrintWriter err) {
    this.link = link;
    this.stop = stop;
    this.err = err;
  }

  VerifyReport round(Round.Plan plan, boolean ids) throws SQLException, InterruptedException {
    link.requireSameTokenHash();
    VerifyStatus status = new VerifyStatus(link.sides(), plan.share(), "command");
    long startedNanos = System.nanoTime();
    long sessions = (long) (link.estimatedSessions() * plan.share().value());
    Figures figures =
        new Round(link.sides(), link.kept(), plan, stop, progress(status, sessions)).run();
    boolean complete = !stop.requested();
    status.write(complete ? VerifyStatus.State.DONE : VerifyStatus.State.INTERRUPTED, figures);
    return new VerifyReport(
        figures,
        plan.share(),
        Duration.ofNanos(System.nanoTime() - startedNanos),
        complete,
        plan.repair(),
        ids);
  }

  private Consumer<Figures> progress(VerifyStatus status, long sessions) {
    long[] toldNanos = {System.nanoTime()};
    return figures -> {
      if (System.nanoTime() - toldNanos[0] >= TELL_EVERY.toNanos()) {
        toldNanos[0] = System.nanoTime();
        status.write(VerifyStatus.State.RUNNING, figures);
        if (err != null) {
          err.println(
              String.format(
                  Locale.ROOT,
                  "%,d of about %,d sessions looked at, %,d with drift",
                  figures.checked(),
                  sessions,
                  figures.driftCount()));
          err.flush();
        }
      }
    };
  }
}
