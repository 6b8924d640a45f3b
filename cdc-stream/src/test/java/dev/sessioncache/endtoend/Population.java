package dev.sessioncache.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Who is there: a few hot users with a few hot sessions each, and many others. A session is
 * addressed by its place; when it ends, another one or the same one may take the place.
 * Thread-safe.
 */
final class Population {

  static final int HOT_USERS = 6;
  static final int USERS = 40;
  static final int HOT_SESSIONS = 24;
  static final int SESSIONS = 260;

  /** The share of transactions that meet on the few. */
  private static final double HOT_SHARE = 0.7;

  private final Tokens tokens;
  private final AtomicIntegerArray generations = new AtomicIntegerArray(SESSIONS);
  private final AtomicInteger rotations = new AtomicInteger();

  Population(Tokens tokens) {
    this.tokens = tokens;
    IntStream.range(0, SESSIONS).forEach(place -> tokens.add(token(place), isHot(place)));
  }

  static boolean isHot(int place) {
    return place < HOT_SESSIONS;
  }

  int place(Random random) {
    return random.nextDouble() < HOT_SHARE
        ? random.nextInt(HOT_SESSIONS)
        : HOT_SESSIONS + random.nextInt(SESSIONS - HOT_SESSIONS);
  }

  int user(Random random) {
    return random.nextDouble() < HOT_SHARE
        ? random.nextInt(HOT_USERS)
        : HOT_USERS + random.nextInt(USERS - HOT_USERS);
  }

  /** Whose session is born at a place. */
  static int userOf(int place) {
    return isHot(place) ? place % HOT_USERS : HOT_USERS + place % (USERS - HOT_USERS);
  }

  /** The session that has the place now. */
  UUID session(int place) {
    return uuid("session/" + place + "/" + generations.get(place));
  }

  /** The token that the session at a place is born with. */
  String token(int place) {
    return "p" + place + "-" + generations.get(place);
  }

  /** From now on another session has the place. */
  void replace(int place) {
    generations.incrementAndGet(place);
    tokens.add(token(place), isHot(place));
  }

  /** A token that nobody has had. */
  String newToken(int place) {
    String token = "p" + place + "-r" + rotations.incrementAndGet();
    tokens.add(token, isHot(place));
    return token;
  }

  static UUID userId(int user) {
    return uuid("user/" + user);
  }

  static UUID uuid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  Tokens tokens() {
    return tokens;
  }
}
