package dev.sessioncache.guard;

import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which keys may meet in one script, and where the generation and the floor stand beside them. On
 * one server that is all of them: there is one slot, number 0. In a Redis Cluster the keys of a
 * script must share a slot, so each slot has a copy of both. Immutable.
 */
public final class Placement {

  private final GuardSettings settings;
  private final boolean cluster;

  private Placement(GuardSettings settings, boolean cluster) {
    this.settings = settings;
    this.cluster = cluster;
  }

  /** That of the Redis of a connection. */
  public static Placement of(RedisConnection connection, GuardSettings settings) {
    return new Placement(settings, connection.isCluster());
  }

  static Placement onOneServer(GuardSettings settings) {
    return new Placement(settings, false);
  }

  static Placement inCluster(GuardSettings settings) {
    return new Placement(settings, true);
  }

  GuardSettings settings() {
    return settings;
  }

  /** How many slots there are; they are numbered from 0. */
  public int slots() {
    return cluster ? SlotHash.SLOT_COUNT : 1;
  }

  /** The slot of a key. */
  public int slot(String key) {
    return cluster ? SlotHash.getSlot(key) : 0;
  }

  /** The key of the generation that a script with keys of the slot reads. */
  public String generationKey(int slot) {
    return inSlot(settings.generationKey(), slot);
  }

  /** The key of the floor that a script with keys of the slot reads. */
  public String floorKey(int slot) {
    return inSlot(settings.floorKey(), slot);
  }

  private String inSlot(String key, int slot) {
    return cluster ? key + ":{" + SlotTags.of(slot) + "}" : key;
  }

  /** Splits a list by the slot of each one's key; within a slot they keep their order. */
  public <T> Map<Integer, List<T>> bySlot(List<T> all, Function<T, String> key) {
    if (!cluster) {
      return all.isEmpty() ? Map.of() : Map.of(0, all);
    }
    Map<Integer, List<T>> slots = new TreeMap<>();
    for (T one : all) {
      slots.computeIfAbsent(slot(key.apply(one)), slot -> new ArrayList<>(1)).add(one);
    }
    return slots;
  }
}
