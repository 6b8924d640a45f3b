package dev.sessioncache.demo;

import dev.sessioncache.demo.check.CheckReport;
import dev.sessioncache.demo.check.Offender;
import dev.sessioncache.demo.data.DataState;
import dev.sessioncache.demo.traffic.LatencyProbe;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Summary} for people: a line for each part. */
final class SummaryText {

  private final StringBuilder text = new StringBuilder();

  private SummaryText() {}

  static String of(Summary summary) {
    SummaryText page = new SummaryText();
    page.stack(summary.stackStartSeconds());
    page.data(summary.data());
    page.warm(summary.warm());
    page.stream(summary.stream());
    page.traffic(summary);
    page.check(summary.check());
    page.line("result", summary.ok() ? "ok" : "NOT OK");
    return page.text.toString();
  }

  private void stack(@Nullable Double seconds) {
    if (seconds == null) {
      line("servers", "given by the environment");
    } else {
      line("servers", "started in %.1f s", seconds);
    }
  }

  private void data(DataState data) {
    line(
        "data",
        "%,d sessions of %,d users, %,d live; %s in %.1f s",
        data.sessions(),
        data.users(),
        data.live(),
        data.created() ? "created" : "found",
        data.seconds());
  }

  private void warm(WarmReport warm) {
    line(
        "warm",
        "%,d sessions in %.2f s, the first %.1f s after the start of this command",
        warm.sessions(),
        warm.seconds(),
        warm.firstWarmedSeconds());
  }

  private void stream(StreamReport stream) {
    line(
        "stream",
        "%s: %s; %,d entries, %,d accepted, %,d rejected",
        stream.mode(),
        stream.reason(),
        stream.entries(),
        stream.accepted(),
        stream.rejected());
  }

  private void traffic(Summary summary) {
    TrafficReport traffic = summary.traffic();
    String kinds =
        traffic.byKind().entrySet().stream()
            .map(kind -> String.format(Locale.ROOT, "%s %,d", kind.getKey(), kind.getValue()))
            .collect(Collectors.joining(", "));
    line(
        "traffic",
        "%,d changes in %.1f s, %.1f/s: %s",
        traffic.changes(),
        traffic.seconds(),
        traffic.perSecond(),
        kinds);
    if (traffic.reachedAfterSeconds() == null) {
      line("reached", "NOT all changes have reached Redis");
    } else {
      line("reached", "all changes in Redis %.2f s after the last", traffic.reachedAfterSeconds());
    }
    line("lag", "p50 %d ms, max %d ms", summary.lagMs().p50(), summary.lagMs().max());
    line(
        "latency",
        "p50 %.1f ms, p99 %.1f ms, max %.1f ms from commit to Redis, of %,d changes; %,d not seen within %d s",
        summary.latencyMs().p50(),
        summary.latencyMs().p99(),
        summary.latencyMs().max(),
        summary.latencyMs().count(),
        summary.latencyMs().unseen(),
        LatencyProbe.GIVE_UP.toSeconds());
    Double rate = summary.readers().hitRate();
    line(
        "hit rate",
        "%s: %,d of %,d reads of live sessions since the warm",
        rate == null ? "none" : String.format(Locale.ROOT, "%.4f", rate),
        summary.readers().hits(),
        summary.readers().reads());
  }

  private void check(CheckReport check) {
    line(
        "check",
        "%,d sessions of the budget and %,d keys: %,d missing, %,d different, %,d dead,"
            + " %,d with a wrong TTL",
        check.required(),
        check.keys(),
        check.missing(),
        check.different(),
        check.dead(),
        check.wrongTtl());
    for (Offender offender : check.offenders()) {
      line("", "%s: session %s", offender.offence(), offender.session());
    }
  }

  private void line(String name, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-9s ", name))
        .append(String.format(Locale.ROOT, format, values))
        .append(System.lineSeparator());
  }
}
