package dev.sessioncache.apply;

import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisInfo;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether Redis has lost something. It has when its generation is gone or another; when
 * another server process answers, which may have come back from an old file or been a replica that
 * had not got everything; or when it was a replica for a while, for then it has taken over what its
 * primary held. Where the generation stays in such a case, it is replaced: guards that are missing
 * must not let a late write in. Used by the apply thread alone.
 */
final class RedisWatch {

  private static final Logger log = LoggerFactory.getLogger(RedisWatch.class);

  private final Generation generation;
  private final Set<RedisIdentity> known = new HashSet<>();
  private @Nullable RedisIdentity last;
  private boolean wasReplica;
  private boolean doubtful = true;
  private boolean told;
  private Instant redisTime = Instant.EPOCH;
  private long redisTimeNanos;

  RedisWatch(GuardSettings settings) {
    this.generation = new Generation(settings);
  }

  /**
   * Looks.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  RedisIdentity look(RedisConnection connection) {
    readClock(connection);
    String runId = RedisIdentity.runId(info(connection, "server", "run_id"));
    boolean replica = info(connection, "replication", "role").contains("slave");
    if (replica && connection.isCluster()) {
      connection.refreshServers();
      throw new RedisException("a master has become a replica: not known yet who took its slots");
    }
    String now = doubtful ? generation.current(connection) : generation.glance(connection);
    doubtful = false;
    if (mayHaveLost(now, runId, replica)) {
      now = generation.renew(connection);
    }
    wasReplica = replica;
    RedisIdentity found = new RedisIdentity(now, runId);
    if (last != null && !last.equals(found)) {
      log.warn("event=redis_lost_something hint=\"it is filled again from the topic of entries\"");
    }
    last = found;
    known.clear();
    known.add(found);
    return found;
  }

  /** A generation that we do not know has been made since by Redis's loss or by another of us. */
  private boolean mayHaveLost(String generationNow, String runId, boolean replica) {
    return known.stream()
        .filter(one -> one.generation().equals(generationNow))
        .anyMatch(one -> !one.runId().equals(runId) || (wasReplica && !replica));
  }

  /** The clock of Redis, as of the last look, whatever happens to our own. */
  Instant redisTime() {
    return redisTime.plusNanos(System.nanoTime() - redisTimeNanos);
  }

  /** Something has failed: the next look takes in every slot of a cluster. */
  void doubt() {
    doubtful = true;
  }

  /** What was known of Redis before we were started, or by the former owner of a lane. */
  void remember(RedisIdentity identity) {
    known.add(identity);
  }

  private void readClock(RedisConnection connection) {
    redisTime = RedisTime.of(connection);
    redisTimeNanos = System.nanoTime();
  }

  private List<String> info(RedisConnection connection, String section, String field) {
    try {
      return connection.askAll(redis -> redis.info(section)).stream()
          .map(info -> RedisInfo.field(info, field).orElse(RedisIdentity.UNKNOWN))
          .toList();
    } catch (RedisCommandExecutionException e) {
      if (!told) {
        told = true;
        log.warn(
            "event=redis_info_refused hint=\"grant INFO: without it a failover that loses writes is"
                + " not noticed\"");
      }
      return List.of(RedisIdentity.UNKNOWN);
    }
  }
}
