package dev.sessioncache.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis dies under 5,000 validations a second, and comes back empty. {@code mvn verify -Psoak
 * -Dit.test=OutageIT}
 */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class OutageIT {

  private static final Logger log = LoggerFactory.getLogger(OutageIT.class);
  private static final int TOKENS = 20_000;
  private static final int RATE = 5_000;

  private final Stack stack;
  private final Servers servers;
  private final LongAdder valid = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final SplittableRandom random = new SplittableRandom(1);

  OutageIT(Stack stack) throws SQLException {
    this.stack = stack;
    this.servers = new Servers(stack, "outage_it", 12);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldSparePostgresAndLogNobodyOut() throws Exception {
    servers.execute(
        """
        insert into platform.user_sessions (token, user_id, last_activity_at, expires_at)
        select 'o' || i, '00000000-0000-0000-0000-000000000001', now(), now() + interval '1 day'
        from generate_series(0, %d) i
        """
            .formatted(TOKENS - 1));
    servers.execute("analyze platform.user_sessions");
    servers.setBound(Duration.ofSeconds(4));
    servers.pulse();
    try (SessionCache sessions =
        servers.open(
            Map.of(
                "reader.timeout", "2s",
                "reader.redis.timeout", "100ms",
                "reader.l1.max-age", "1m"))) {
      validate(sessions, "a cold JVM", 40, RATE / 5);
      validate(sessions, "with Redis", 10, RATE);
      stack.redis().kill();
      try {
        validate(sessions, "without Redis, from L1", 5, RATE);
        validate(sessions, "without Redis", 20, RATE);
      } finally {
        stack.redis().start();
      }
      validate(sessions, "as Redis comes back, empty", 10, RATE);
      validate(sessions, "with Redis again", 10, RATE);
    }
  }

  private void validate(SessionCache sessions, String when, int seconds, int rate)
      throws SQLException {
    long validBefore = valid.sum();
    long unavailableBefore = unavailable.sum();
    long refusedBefore = refused.sum();
    long start = System.nanoTime();
    int most = 0;
    long done = 0;
    for (long now = start; now - start < seconds * 1_000_000_000L; now = System.nanoTime()) {
      long due = (now - start) * rate / 1_000_000_000;
      for (; done < due; done++) {
        validate(sessions);
      }
      if (done % rate < rate / 100) {
        most = Math.max(most, servers.readerConnections());
      }
      LockSupport.parkNanos(1_000_000);
    }
    long asked = done;
    await("all answers")
        .atMost(Servers.SOON)
        .until(
            () ->
                valid.sum()
                        + unavailable.sum()
                        + refused.sum()
                        - validBefore
                        - unavailableBefore
                        - refusedBefore
                    == asked);
    log.info(
        "outage: {}: {} validations, {} valid, {} unavailable, at most {} connections",
        when,
        done,
        valid.sum() - validBefore,
        unavailable.sum() - unavailableBefore,
        most);
    assertThat(most).isLessThanOrEqualTo(ReaderSettings.defaults().postgresConnections());
    assertThat(valid.sum() - validBefore).as(when).isEqualTo(asked);
  }

  private void validate(SessionCache sessions) {
    var unused =
        sessions
            .validateAsync("o" + random.nextInt(TOKENS))
            .whenComplete(
                (session, failure) -> {
                  if (failure != null) {
                    unavailable.increment();
                  } else if (session.isPresent()) {
                    valid.increment();
                  } else {
                    refused.increment();
                  }
                });
  }
}
