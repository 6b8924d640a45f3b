package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One call of the guard script: the writes that travel together, and the keys and arguments as the
 * script's head lists them.
 */
record GuardCall(byte[][] keys, byte[][] arguments) {

  /** More writes make the script hold up other clients for longer and hardly any faster. */
  static final int MAX_WRITES = 50;

  /**
   * Where a call ends before it has all its writes. A call that Redis has let in at the edge of its
   * memory is done whole, so this is also how far it can go beyond.
   */
  static final int MAX_BYTES = 256 * 1024;

  private static final byte[] NOTHING = {};

  /** What is common to all calls of a batch. */
  record Common(Placement placement, String generation, long notAfterMillis) {}

  /**
   * Splits a batch into calls of one slot and so many writes at most, those of a slot in their
   * order; a write larger than {@link #MAX_BYTES} travels alone.
   */
  static List<GuardCall> split(List<GuardedWrite> batch, Common common, int maxWrites) {
    List<GuardCall> calls = new ArrayList<>();
    common
        .placement
        .bySlot(batch, GuardedWrite::key)
        .forEach((slot, writes) -> calls.addAll(split(writes, slot, common, maxWrites)));
    return calls;
  }

  private static List<GuardCall> split(
      List<GuardedWrite> batch, int slot, Common common, int maxWrites) {
    List<GuardCall> calls = new ArrayList<>(batch.size() / maxWrites + 1);
    int start = 0;
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      byte[] document = batch.get(i).document();
      int size = document == null ? 0 : document.length;
      if (i > start && (i - start == maxWrites || bytes + size > MAX_BYTES)) {
        calls.add(of(batch.subList(start, i), slot, common));
        start = i;
        bytes = 0;
      }
      bytes += size;
    }
    if (start < batch.size()) {
      calls.add(of(batch.subList(start, batch.size()), slot, common));
    }
    return calls;
  }

  private static GuardCall of(List<GuardedWrite> writes, int slot, Common common) {
    GuardSettings settings = common.placement.settings();
    byte[][] keys = new byte[2 + 2 * writes.size()][];
    byte[][] arguments = new byte[3 + 3 * writes.size()][];
    keys[0] = common.placement.generationKey(slot).getBytes(UTF_8);
    keys[1] = common.placement.floorKey(slot).getBytes(UTF_8);
    arguments[0] = common.generation.getBytes(UTF_8);
    arguments[1] = bytes(settings.guardTtl().toMillis());
    arguments[2] = bytes(common.notAfterMillis);
    byte[] guardPrefix = settings.guardPrefix().getBytes(UTF_8);
    String position = "";
    byte[] positionBytes = NOTHING;
    for (int i = 0; i < writes.size(); i++) {
      GuardedWrite write = writes.get(i);
      if (!write.position().equals(position)) { // a warm's are all the same
        position = write.position();
        positionBytes = position.getBytes(UTF_8);
      }
      byte[] document = write.document();
      byte[] key = write.key().getBytes(UTF_8);
      keys[2 + 2 * i] = key;
      keys[3 + 2 * i] = guardKey(guardPrefix, key);
      arguments[3 + 3 * i] = positionBytes;
      arguments[4 + 3 * i] = document == null ? NOTHING : document;
      arguments[5 + 3 * i] = bytes(write.timeToLive().toMillis());
    }
    return new GuardCall(keys, arguments);
  }

  /** {@link GuardSettings#guardKey}, without making a text of it. */
  private static byte[] guardKey(byte[] prefix, byte[] key) {
    byte[] guard = Arrays.copyOf(prefix, prefix.length + key.length + 1);
    System.arraycopy(key, 0, guard, prefix.length, key.length);
    guard[guard.length - 1] = (byte) GuardSettings.GUARD_SUFFIX;
    return guard;
  }

  private static byte[] bytes(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }
}
