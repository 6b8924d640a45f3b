package dev.sessioncache.warm;

import dev.sessioncache.mapping.SessionKeys;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, a stretch of sessions at a time, which of them Redis does not hold as the snapshot
 * sees them. Used by the thread of one warm.
 */
final class Comparison {

  static final int STRETCH = LiveSessions.FETCH_SIZE;

  /**
   * A stretch of sessions.
   *
   * @param missing in the order of the warm; one whose token can be no key is among them
   * @param upTo the last one of the stretch
   */
  record Stretch(List<SessionVersion> missing, Place upTo) {}

  /** What Redis holds. */
  @FunctionalInterface
  interface Contents {
    /** Those versions that stand at their key; fails when Redis does not answer. */
    CompletionStage<List<SessionVersion>> held(Map<String, SessionVersion> versions);
  }

  private final VersionSource versions;
  private final SessionKeys keys;
  private final Contents contents;
  private final Retry retry;
  private final Tally tally;
  private final End end;

  Comparison(
      VersionSource versions,
      SessionKeys keys,
      Contents contents,
      Retry retry,
      Tally tally,
      End end) {
    this.versions = versions;
    this.keys = keys;
    this.contents = contents;
    this.retry = retry;
    this.tally = tally;
    this.end = end;
  }

  /** The next stretch; null when there is none, or the warm is over. */
  @Nullable Stretch next() throws SQLException, InterruptedException {
    List<SessionVersion> all = new ArrayList<>(STRETCH);
    for (SessionVersion version = read(); version != null; version = read()) {
      all.add(version);
      if (all.size() == STRETCH) {
        break;
      }
    }
    if (all.isEmpty()) {
      return null;
    }
    return new Stretch(missing(all), all.get(all.size() - 1).place());
  }

  private @Nullable SessionVersion read() throws SQLException {
    return end.orNull(versions::next);
  }

  private List<SessionVersion> missing(List<SessionVersion> all) throws InterruptedException {
    Map<String, SessionVersion> byKey = new LinkedHashMap<>();
    for (SessionVersion version : all) {
      version.key(keys).ifPresent(key -> byKey.put(key, version));
    }
    Set<SessionVersion> held = new HashSet<>(retry.answer(() -> contents.held(byKey)));
    held.forEach(version -> tally.present(version.rate()));
    return all.stream().filter(version -> !held.contains(version)).toList();
  }
}
