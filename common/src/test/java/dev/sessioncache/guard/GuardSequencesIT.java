package dev.sessioncache.guard;

import static dev.sessioncache.guard.GuardModel.Event.GENERATION_IS_ENTERED;
import static dev.sessioncache.guard.GuardModel.Event.GUARD_EXPIRES;
import static dev.sessioncache.guard.GuardModel.Event.REDIS_IS_EMPTIED;
import static dev.sessioncache.guard.GuardModel.Event.VALUE_EXPIRES;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.GuardModel.Event;
import dev.sessioncache.guard.GuardModel.Step;
import dev.sessioncache.guard.GuardModel.Write;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.redis.RedisConnections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The script on a real Redis and the model give the same answers and keep the same state. */
@ParameterizedClass
@EnumSource
class GuardSequencesIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");
  private static final int SIDE_BY_SIDE = 5_000;

  private static final Position BEFORE = snapshot("200:200:");
  private static final Position AFTER = snapshot("400:400:");

  /** One of each kind, close to each other's boundaries. */
  private static final List<Step> ALPHABET =
      List.of(
          new Write(stream(1, 0, 16, 100), "first"),
          new Write(stream(1, 0, 32, 300), "second, which only the later snapshot sees"),
          new Write(stream(1, 0, 48, 500), null),
          new Write(BEFORE, "earlier snapshot"),
          new Write(AFTER, "later snapshot"),
          new Write(stream(1, 1, 0, 450), "next baseline"),
          new Write(stream(2, 0, 8, 50), "next timeline"),
          VALUE_EXPIRES,
          GUARD_EXPIRES,
          REDIS_IS_EMPTIED,
          GENERATION_IS_ENTERED);

  private final int steps;
  private final LocalRedis redis;
  private final RedisConnections connections;
  private final ModelComparison comparison;

  GuardSequencesIT(RedisVersion version) {
    steps = version == RedisVersion.V6_2 ? 5 : 4; // eleven times as many, for the same script
    redis = LocalRedis.start(version);
    connections = new RedisConnections(RedisUrl.parse(redis.url()), "guard-sequences-it");
    comparison = new ModelComparison(connections.open(), SETTINGS);
  }

  @AfterEach
  void close() {
    connections.close();
    redis.close();
  }

  /** Shorter orders are the beginnings of these, and every step is compared. */
  @Test
  void shouldAgreeInEveryOrderOfSomeSteps() {
    int count = (int) Math.pow(ALPHABET.size(), steps);
    for (int first = 0; first < count; first += SIDE_BY_SIDE) {
      List<List<Step>> sequences =
          IntStream.range(first, Math.min(count, first + SIDE_BY_SIDE))
              .mapToObj(number -> sequence(number, steps, ALPHABET))
              .toList();
      comparison.run(sequences, Collections.nCopies(steps, false), "every order");
    }
  }

  @Test
  void shouldAgreeInEveryOrderOfFourWritesInOneCall() {
    List<Write> writes =
        ALPHABET.stream().filter(Write.class::isInstance).map(Write.class::cast).toList();
    comparison.runTogether(
        IntStream.range(0, (int) Math.pow(writes.size(), 4))
            .mapToObj(number -> sequence(number, 4, writes))
            .toList(),
        "one call");
  }

  /** The digits of the number to the base of the alphabet. */
  private static <T> List<T> sequence(int number, int length, List<T> alphabet) {
    return Stream.iterate(number, rest -> rest / alphabet.size())
        .limit(length)
        .map(rest -> alphabet.get(rest % alphabet.size()))
        .toList();
  }

  @Test
  void shouldAgreeOnAllPairsOfBoundaryPositions() {
    List<Position> positions = Positions.boundaries();
    for (Position stored : positions) {
      comparison.run(
          positions.stream()
              .<List<Step>>map(next -> List.of(new Write(stored, "old"), new Write(next, "new")))
              .toList(),
          List.of(false, false),
          "pairs");
    }
  }

  @Test
  void shouldAgreeOnRandomSequencesWithAndWithoutMemory() {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int round = 0; round < 3; round++) {
      List<List<Step>> sequences =
          IntStream.range(0, 1_000).mapToObj(i -> randomSequence(random, 20)).toList();
      List<Boolean> full = IntStream.range(0, 20).mapToObj(i -> random.nextInt(4) == 0).toList();
      comparison.run(sequences, full, "seed " + seed + ", round " + round);
    }
  }

  private static List<Step> randomSequence(RandomGenerator random, int length) {
    long firstTransaction = random.nextLong(1L << 33);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(20);
      Position position = Positions.random(random, firstTransaction);
      steps.add(
          kind < Event.values().length
              ? Event.values()[kind]
              : new Write(position, kind < 8 ? null : "document " + i));
    }
    return steps;
  }

  private static Position stream(int timeline, int baseline, long lsn, long transaction) {
    RowVersion version = new RowVersion(lsn, TransactionId.of(transaction));
    RowVersion user = new RowVersion(1, TransactionId.of(90));
    return new StreamPosition(timeline, baseline, version, user);
  }

  private static Position snapshot(String text) {
    return new SnapshotPosition(1, PgSnapshot.parse(text));
  }
}
