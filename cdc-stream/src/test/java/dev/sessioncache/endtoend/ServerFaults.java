package dev.sessioncache.endtoend;

import dev.sessioncache.localstack.Server;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** What happens to the servers. */
final class ServerFaults {

  static final List<Fault> ALL =
      List.of(
          new Fault("Postgres killed", ServerFaults::killPostgres),
          new Fault("Kafka killed", ServerFaults::killKafka),
          new Fault("Kafka frozen", ServerFaults::freezeKafka),
          new Fault("Redis frozen", ServerFaults::freezeRedis),
          new Fault("Redis forgets scripts", ServerFaults::flushScripts),
          new Fault("walsender terminated", ServerFaults::terminateWalsender),
          new Fault("connections terminated", ServerFaults::terminateConnections));

  /** Those after which Redis is empty. */
  static final List<Fault> EMPTYING =
      List.of(
          new Fault("Redis flushed", ServerFaults::flushRedis),
          new Fault("Redis killed", ServerFaults::killRedis));

  private static final String STARTED = "select pg_postmaster_start_time()";

  private ServerFaults() {}

  private static void killPostgres(World world, Random random) throws Exception {
    String before = world.database().query(STARTED);
    world.stack().postgres().kill();
    Fault.last(random, 0, 2_000);
    world.stack().postgres().start();
    Proof.that(
        !Objects.equals(world.database().query(STARTED), before), "another Postgres has started");
  }

  private static void killKafka(World world, Random random) throws Exception {
    world.stack().kafka().kill();
    Proof.that(!Probe.accepts(world.stack().kafkaBootstrapServers()), "Kafka is gone");
    Fault.last(random, 0, 1_500);
    world.stack().kafka().start();
  }

  private static void freezeKafka(World world, Random random) throws Exception {
    Server kafka = world.stack().kafka();
    kafka.pause();
    Proof.that(!Probe.kafkaAnswers(world.stack().kafkaBootstrapServers()), "Kafka is frozen");
    Fault.last(random, 0, 3_000);
    kafka.resume();
  }

  private static void freezeRedis(World world, Random random) throws Exception {
    Server redis = world.stack().redis();
    redis.pause();
    Proof.that(!world.redis().answers(), "Redis is frozen");
    Fault.last(random, 0, 4_000);
    redis.resume();
  }

  private static void flushScripts(World world, Random random) {
    Proof.soon(
        "Redis has forgotten its scripts", // one that has just been started knows none yet
        () -> {
          int[] known = world.redis().flushScripts();
          return known[0] > 0 && known[1] == 0;
        });
  }

  static void flushRedis(World world, Random random) {
    world.redis().ask(redis -> redis.set("endtoend-mark", "there"));
    world.emptyRedis(() -> world.redis().ask(redis -> redis.flushall()));
    Proof.that(world.redis().get("endtoend-mark") == null, "Redis is empty");
  }

  private static void killRedis(World world, Random random) throws Exception {
    String before = world.redis().runId();
    int lasts = random.nextInt(1_500);
    world.emptyRedis(
        () -> {
          world.stack().redis().kill();
          java.util.concurrent.locks.LockSupport.parkNanos(lasts * 1_000_000L);
          world.stack().redis().start();
        });
    Proof.that(!world.redis().runId().equals(before), "another Redis has started");
  }

  private static void terminateWalsender(World world, Random random) throws Exception {
    Proof.soon(
        "a walsender was terminated",
        () ->
            terminate(
                world,
                "select count(*) from (select pg_terminate_backend(pid) as done from pg_stat_activity"
                    + " where backend_type = 'walsender') t where done"));
  }

  private static void terminateConnections(World world, Random random) throws Exception {
    Proof.soon(
        "a connection was terminated",
        () ->
            terminate(
                world,
                "select count(*) from (select pg_terminate_backend(pid) as done from pg_stat_activity"
                    + " where application_name like 'session-cache-warmer%') t where done"));
  }

  private static boolean terminate(World world, String sql) throws SQLException {
    return Long.parseLong(Objects.requireNonNull(world.database().query(sql))) > 0;
  }
}
