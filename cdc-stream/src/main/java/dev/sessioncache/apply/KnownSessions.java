package dev.sessioncache.apply;

import dev.sessioncache.topic.TextHash;
import java.time.Clock;
import java.util.Arrays;

/**
 * What the log of a lane says of its sessions, each by the hash of its key: where its newest entry
 * stands, until when it lives, and how Redis' index ranks it. So a lease can be renewed, and a
 * value that is gone be found again, without asking anybody. A session takes 36 to 72 bytes.
 *
 * <p>Two keys with one hash pass for one, which among two million happens in one of ten million
 * sets. Used by the apply thread alone.
 */
final class KnownSessions {

  /** No place. */
  static final int NONE = -1;

  private static final int FIRST_CAPACITY = 1024;
  private static final int NOT_RANKED = -1;
  private static final long LATEST = 0xFFFF_FFFEL;

  private final Clock clock;
  private long[] hashes = new long[FIRST_CAPACITY];

  /** Of a removal or of what has ended the complement. */
  private long[] offsets = new long[FIRST_CAPACITY];

  /** Unsigned. */
  private int[] liveUntilSeconds = new int[FIRST_CAPACITY];

  /** Unsigned. */
  private int[] rankedSeconds = new int[FIRST_CAPACITY];

  private int used;
  private int live;
  private boolean complete;

  KnownSessions(Clock clock) {
    this.clock = clock;
  }

  /** The log has been read to its beginning: from now on what is not known is not there. */
  void completed() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  /** Sessions that are to be cached; some may have ended by the clock. */
  int live() {
    return live;
  }

  /** Whether any session is live now; looks at all of them. */
  boolean hasLive() {
    long now = clock.millis();
    for (int at = 0; at < hashes.length; at++) {
      if (hashes[at] != 0 && isLive(at) && liveUntilMillis(at) > now) {
        return true;
      }
    }
    return false;
  }

  /** The log has a newer entry. */
  void put(String key, long offset, long liveUntilMillis) {
    int at = place(key);
    live += isLive(at) ? 0 : 1;
    offsets[at] = offset;
    liveUntilSeconds[at] = (int) seconds(liveUntilMillis);
  }

  /** The log has a newer removal. */
  void remove(String key, long offset) {
    int at = place(key);
    end(at);
    offsets[at] = ~offset;
  }

  /** Where the log says something of this key; holds until the next change of this table. */
  int find(String key) {
    int at = search(hashes, hash(key));
    return hashes[at] == 0 ? NONE : at;
  }

  /** Whether the session is to be cached. */
  boolean isLive(int at) {
    return offsets[at] >= 0;
  }

  /** Offset of a live session's newest entry. */
  long offset(int at) {
    return offsets[at];
  }

  /** When the session ends by itself, a second early at most, ms since 1970. */
  long liveUntilMillis(int at) {
    return 1000 * Integer.toUnsignedLong(liveUntilSeconds[at]);
  }

  /** The session has ended by the clock. */
  void end(int at) {
    if (isLive(at)) {
      live--;
      offsets[at] = ~offsets[at];
    }
    rankedSeconds[at] = NOT_RANKED;
  }

  /** Whether Redis' index has another priority for the session, by more than so much. */
  boolean isRankedOtherwise(String key, double priority, long toleranceMillis) {
    int at = find(key);
    return at == NONE
        || rankedSeconds[at] == NOT_RANKED
        || 1000 * Math.abs(seconds(priority) - Integer.toUnsignedLong(rankedSeconds[at]))
            > toleranceMillis;
  }

  /** Redis' index has taken this priority; returns whether it had none of the session before. */
  boolean ranked(String key, double priority) {
    int at = find(key);
    if (at == NONE || !isLive(at)) {
      return false;
    }
    boolean first = rankedSeconds[at] == NOT_RANKED;
    rankedSeconds[at] = (int) seconds(priority);
    return first;
  }

  /** Redis' index is gone. */
  void nothingIsRanked() {
    Arrays.fill(rankedSeconds, NOT_RANKED);
  }

  private static long seconds(double millis) {
    return (long) Math.max(0, Math.min(LATEST, millis / 1000));
  }

  private int place(String key) {
    long hash = hash(key);
    int at = search(hashes, hash);
    if (hashes[at] == 0 && 3 * (used + 1) > 2 * hashes.length) {
      grow();
      at = search(hashes, hash);
    }
    if (hashes[at] == 0) {
      used++;
      hashes[at] = hash;
      offsets[at] = -1;
      rankedSeconds[at] = NOT_RANKED;
    }
    return at;
  }

  /**
   * Makes room, first of all by forgetting what has ended or was removed; but while older parts of
   * the log are still to be read a removal says that what they hold of the session is old.
   */
  private void grow() {
    long now = clock.millis();
    long[] oldHashes = hashes;
    long[] oldOffsets = offsets;
    int[] oldLiveUntil = liveUntilSeconds;
    int[] oldRanked = rankedSeconds;
    boolean[] kept = new boolean[oldHashes.length];
    int count = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      kept[i] = oldHashes[i] != 0 && (!complete || (isLive(i) && liveUntilMillis(i) > now));
      count += kept[i] ? 1 : 0;
    }
    int capacity = Math.max(FIRST_CAPACITY, 2 * Integer.highestOneBit(2 * count));
    hashes = new long[capacity];
    offsets = new long[capacity];
    liveUntilSeconds = new int[capacity];
    rankedSeconds = new int[capacity];
    used = count;
    live = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (kept[i]) {
        int at = search(hashes, oldHashes[i]);
        hashes[at] = oldHashes[i];
        offsets[at] = oldOffsets[i];
        liveUntilSeconds[at] = oldLiveUntil[i];
        rankedSeconds[at] = oldRanked[i];
        live += isLive(at) ? 1 : 0;
      }
    }
  }

  private static int search(long[] table, long hash) {
    int mask = table.length - 1;
    int at = (int) hash & mask;
    while (table[at] != 0 && table[at] != hash) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Never 0, which is no session. */
  private static long hash(String key) {
    long hash = TextHash.of(key);
    return hash == 0 ? 1 : hash;
  }
}
