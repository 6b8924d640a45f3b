package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was measured in one run of one area, as it is kept in {@code docs/performance/<area>.json}.
 *
 * @param area such as {@code warm}
 * @param at when, ISO-8601
 * @param command that measures it again
 */
public record Result(String area, String at, String command, Machine machine, List<Case> cases) {

  public Result {
    Stream.of(area, at, command, machine).forEach(Objects::requireNonNull);
    cases = List.copyOf(cases);
  }

  /**
   * Contenders at the same work.
   *
   * @param title such as {@code 100,000 sessions}
   * @param unit of what is done, plural
   * @param ours the contender that is ours
   * @param against the one that ours is compared with; null when there is none
   * @param asked the most that the time of ours may be of the other's; 0 when nothing is asked
   */
  public record Case(
      String title,
      String unit,
      String ours,
      @Nullable String against,
      double asked,
      List<Series> series) {}
}
