package dev.sessioncache.guard;

import io.lettuce.core.cluster.SlotHash;

/**
 * A short text for each slot of a Redis Cluster that hashes to it, for <a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags">hash
 * tags</a>. Always the same ones: they are the lowest numbers, in base 36, that do.
 */
final class SlotTags {

  private static final String[] TAGS = find();

  private SlotTags() {}

  private static String[] find() {
    String[] tags = new String[SlotHash.SLOT_COUNT];
    int missing = tags.length;
    for (int i = 0; missing > 0; i++) {
      String tag = Integer.toString(i, Character.MAX_RADIX);
      int slot = SlotHash.getSlot(tag);
      if (tags[slot] == null) {
        tags[slot] = tag;
        missing--;
      }
    }
    return tags;
  }

  static String of(int slot) {
    return TAGS[slot];
  }
}
