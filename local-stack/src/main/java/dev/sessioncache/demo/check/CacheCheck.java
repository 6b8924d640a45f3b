package dev.sessioncache.demo.check;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at every live session of the budget and at every session key in Redis, and judges each by
 * {@link Verdict}. What looks wrong is looked at once more a moment later, because Postgres and
 * Redis cannot be read at the same instant. For one thread and one run.
 */
public final class CacheCheck implements AutoCloseable {

  /** Longer than a change that is on its way takes to arrive. */
  public static final Duration SECOND_LOOK = Duration.ofSeconds(1);

  private static final int BATCH = 1_000;
  private static final int SHOWN = 5;

  private final Duration secondLook;
  private final ExpectedSessions expected;
  private final CachedValues cached;
  private final Set<String> suspects = new LinkedHashSet<>();
  private final Set<String> looked = new HashSet<>();
  private final Map<Offence, Long> counts = new EnumMap<>(Offence.class);
  private final List<Offender> offenders = new ArrayList<>();
  private long required;
  private long keys;

  /**
   * Connects.
   *
   * @param secondLook how much later to look again, as a rule {@link #SECOND_LOOK}
   */
  public CacheCheck(Database database, Cache cache, Budget budget, Duration secondLook)
      throws SQLException {
    this.secondLook = secondLook;
    this.cached = new CachedValues(cache.connect());
    this.expected = new ExpectedSessions(database.connect(), budget);
  }

  /** The whole check. */
  public CheckReport run() throws SQLException, InterruptedException {
    long started = System.nanoTime();
    expected.ofBudget(this::lookAtBudget);
    while (cached.hasNextTokens()) {
      lookAtKeys(cached.nextTokens());
    }
    if (!suspects.isEmpty()) {
      Thread.sleep(secondLook.toMillis());
      lookAgain(List.copyOf(suspects));
    }
    return report((System.nanoTime() - started) / 1e9);
  }

  private void lookAtBudget(List<ExpectedSession> batch) {
    Map<String, CachedValue> values =
        cached.of(batch.stream().map(ExpectedSession::token).toList());
    for (ExpectedSession session : batch) {
      CachedValue value = values.getOrDefault(session.token(), CachedValue.NONE);
      required += session.required() ? 1 : 0;
      if (value.value() != null) {
        looked.add(session.token());
        keys++;
      }
      if (Verdict.of(session, value).isPresent()) {
        suspects.add(session.token());
      }
    }
  }

  private void lookAtKeys(List<String> tokens) throws SQLException {
    List<String> fresh = tokens.stream().filter(looked::add).toList();
    keys += fresh.size();
    Map<String, ExpectedSession> sessions = sessions(fresh);
    cached
        .of(fresh)
        .forEach(
            (token, value) -> {
              if (Verdict.of(sessions.get(token), value).isPresent()) {
                suspects.add(token);
              }
            });
  }

  private void lookAgain(List<String> tokens) throws SQLException {
    for (int from = 0; from < tokens.size(); from += BATCH) {
      List<String> batch = tokens.subList(from, Math.min(from + BATCH, tokens.size()));
      Map<String, ExpectedSession> sessions = sessions(batch);
      Map<String, CachedValue> values = cached.of(batch);
      for (String token : batch) {
        ExpectedSession session = sessions.get(token);
        Verdict.of(session, values.getOrDefault(token, CachedValue.NONE))
            .ifPresent(
                offence ->
                    convict(session == null ? "(not in Postgres)" : "" + session.id(), offence));
      }
    }
  }

  private void convict(String id, Offence offence) {
    counts.merge(offence, 1L, Long::sum);
    if (offenders.size() < SHOWN) {
      offenders.add(new Offender(id, offence.label()));
    }
  }

  private Map<String, ExpectedSession> sessions(List<String> tokens) throws SQLException {
    Map<String, ExpectedSession> byToken = new HashMap<>();
    for (ExpectedSession session : expected.withTokens(tokens)) {
      byToken.put(session.token(), session);
    }
    return byToken;
  }

  private CheckReport report(double seconds) {
    return new CheckReport(
        required,
        keys,
        counts.getOrDefault(Offence.MISSING, 0L),
        counts.getOrDefault(Offence.DIFFERENT, 0L),
        counts.getOrDefault(Offence.DEAD, 0L),
        counts.getOrDefault(Offence.WRONG_TTL, 0L),
        List.copyOf(offenders),
        seconds);
  }

  @Override
  public void close() throws SQLException {
    cached.close();
    expected.close();
  }
}
