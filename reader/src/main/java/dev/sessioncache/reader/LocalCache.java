package dev.sessioncache.reader;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * L1: sessions in the memory of this process, by the name of their token, and the tokens that are
 * none; and the loads under way. What has changed in Redis leaves it, also when that becomes known
 * while it is being loaded: what was read before a change is not kept after it. Thread-safe.
 */
final class LocalCache {

  private static final int BYTES_PER_MEGABYTE = 1024 * 1024;

  /** Of the entry, its key and what Caffeine keeps beside them, about. */
  private static final int OVERHEAD_BYTES = 250;

  /**
   * What is known of a token.
   *
   * @param cached null when it is that of no valid session
   */
  record Known(@Nullable CachedSession cached) {}

  private final Cache<String, Known> cache;
  private final ConcurrentMap<String, Load> loads = new ConcurrentHashMap<>();

  /** Loads of many tokens at once, which any change spoils. */
  private final Set<Load> pages = ConcurrentHashMap.newKeySet();

  LocalCache(ReaderSettings settings) {
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight((long) settings.l1Megabytes() * BYTES_PER_MEGABYTE)
            .weigher(LocalCache::weight)
            .expireAfter(Expiry.<String, Known>writing((token, known) -> maxAge(known, settings)))
            .build();
  }

  private static Duration maxAge(Known known, ReaderSettings settings) {
    return known.cached() == null ? settings.missMaxAge() : settings.l1MaxAge();
  }

  /** A byte for each character, as the JVM keeps Latin-1. */
  private static int weight(String token, Known known) {
    CachedSession cached = known.cached();
    return OVERHEAD_BYTES
        + token.length()
        + (cached == null ? 0 : cached.session().json().length());
  }

  @Nullable Known get(String token) {
    return cache.getIfPresent(token);
  }

  /** The load of a token that is under way; else the given one, which is then. */
  Load loading(String token, Load mine) {
    Load other = loads.putIfAbsent(token, mine);
    return other == null ? mine : other;
  }

  /** Keeps what a load has found, unless it has changed meanwhile. */
  void keep(String token, Load load, Known known) {
    var unused = load.ifUnspoilt(() -> cache.put(token, known));
  }

  /** A load is over: what it finds from now on, nobody would hear that it has changed. */
  void loaded(String token, Load load) {
    load.spoil();
    loads.remove(token, load);
  }

  /** A load of many tokens begins. */
  void loading(Load page) {
    pages.add(page);
  }

  /** Keeps what a load of many tokens has found unless anything has changed; returns whether. */
  boolean keep(Load page, Map<String, Known> found) {
    return page.ifUnspoilt(() -> cache.putAll(found));
  }

  /** A load of many tokens is over. */
  void loaded(Load page) {
    pages.remove(page);
  }

  /** The value of a token has changed; who asks from now on is not answered by what was before. */
  void forget(String token) {
    Load load = loads.remove(token);
    if (load != null) {
      load.spoil();
    }
    pages.forEach(Load::spoil);
    cache.invalidate(token);
  }

  /** Anything may have changed. */
  void forgetAll() {
    spoilLoads();
    cache.invalidateAll();
  }

  /** What is being loaded may change without our knowing. */
  void spoilLoads() {
    loads.values().forEach(Load::spoil);
    pages.forEach(Load::spoil);
  }

  /** About how many tokens are known. */
  long size() {
    return cache.estimatedSize();
  }
}
