package dev.sessioncache.project;

import dev.sessioncache.changes.Epoch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the records that a lane does not take, and says so once a restart, epoch and term. */
final class IgnoredRecords {

  private static final Logger log = LoggerFactory.getLogger(IgnoredRecords.class);

  private final int lane;
  private final ProjectProgress progress;
  private Epoch lastEpoch = Epoch.NONE;
  private long lastTerm;

  IgnoredRecords(int lane, ProjectProgress progress) {
    this.lane = lane;
    this.progress = progress;
  }

  void olderEpoch(Epoch older, Epoch ours) {
    progress.olderEpochIgnored();
    if (!older.equals(lastEpoch)) {
      lastEpoch = older;
      log.warn(
          "event=older_epoch_ignored lane={} its_epoch={} ours={} hint=\"if it is the running capture, its topic was"
              + " lost: start over with a new topics.prefix\"",
          lane,
          older,
          ours);
    }
  }

  void formerTerm(long former, long ours) {
    progress.formerTermIgnored();
    if (former != lastTerm) {
      lastTerm = former;
      log.warn("event=former_capture_ignored lane={} its_term={} ours={}", lane, former, ours);
    }
  }
}
