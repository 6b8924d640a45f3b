package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.StopSignal;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which absent sessions are missing, and which are beyond the budget. */
@ExtendWith(StackExtension.class)
class WithinBudgetIT {

  private static final int SESSIONS = 40;
  private static final int LANES = 4;

  private final WarmedCache cache;

  WithinBudgetIT(Stack stack) throws SQLException {
    cache = new WarmedCache(stack, "priority_index_it", 10, SESSIONS);
  }

  @AfterEach
  void close() throws SQLException {
    cache.close();
  }

  @Test
  void shouldMissThoseInTheUpperPartOfTheIndexAlone() throws Exception {
    List<String> keys = cache.keys(3);
    fillIndexes();
    for (int lane = 0; lane < LANES; lane++) {
      cache.redis.zadd("warmer:priority:" + lane, 9, keys.get(0)); // the others are absent
      cache.redis.zadd("warmer:priority:" + lane, 1, keys.get(1));
    }
    cache.redis.del(keys.toArray(String[]::new));

    Figures figures = verify(2);

    assertThat(figures.drifts()).extracting(Drift::keyHash).containsExactly(Prints.of(keys.get(0)));
    assertThat(figures.beyondBudget()).isEqualTo(2);
    assertThat(figures.checked()).isEqualTo(SESSIONS - 2);
  }

  @Test
  void shouldMissAllOfALaneThatIsWithinItsPart() throws Exception {
    List<String> keys = cache.keys(3);
    fillIndexes();
    cache.redis.del(keys.toArray(String[]::new));

    Figures figures = verify(100);

    assertThat(figures.drift(Kind.MISSING)).isEqualTo(3);
    assertThat(figures.beyondBudget()).isZero();
  }

  private void fillIndexes() {
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < 3; i++) {
        cache.redis.zadd("warmer:priority:" + lane, 2 + i, "session:other-" + i);
      }
    }
  }

  private Figures verify(int perLane) throws Exception {
    try (RedisConnections connections =
            new RedisConnections(
                cache.configuration().get(RedisSettings.class).url(), "priority-it");
        VerifyLink link = VerifyLink.open(cache.configuration(), connections)) {
      Sides sides = link.sides();
      return new Round(
              sides,
              new WithinBudget(sides.redis(), sides.settings(), sides.lanes(), perLane),
              new Round.Plan(Share.all(), 0, Duration.ofSeconds(1), false),
              StopSignal.onRequestOnly(),
              figures -> {})
          .run();
    }
  }
}
