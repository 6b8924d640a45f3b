package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The generation of a Redis: a random text in a key without a TTL, made by whoever comes first. A
 * Redis that was emptied, or came back empty, has lost its guards and its generation with them. In
 * a Redis Cluster each slot has a copy of the same one: {@link ClusterGeneration}.
 *
 * <p>Every guarded write names the generation its writer believes in and changes nothing in
 * another. So what was read before Redis lost its guards can't be written after it. A writer must
 * know the generation <em>before</em> it reads what it is going to write.
 *
 * <p>Thread-safe. All methods wait for Redis, for as long as the connection's timeout at most; in a
 * cluster for 20 s more when another client is just making one.
 */
public final class Generation {

  private static final int BYTES = 12;

  private final SecureRandom random = new SecureRandom();
  private final byte[] script = GuardScript.generation();
  private final ClusterGeneration cluster;
  private final byte[] key;

  public Generation(GuardSettings settings) {
    this.cluster = new ClusterGeneration(settings, this::made);
    this.key = settings.generationKey().getBytes(UTF_8);
  }

  /**
   * The generation of this Redis, made when there is none, and replaced when a slot of a cluster
   * has lost it.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  public String current(RedisConnection connection) {
    return connection.isCluster() ? cluster.current(connection) : run(connection, "0");
  }

  /** {@link #current} for who looks often: in a cluster it looks at one slot of each master. */
  public String glance(RedisConnection connection) {
    return connection.isCluster() ? cluster.glance(connection) : run(connection, "0");
  }

  /**
   * Replaces the generation, for a caller who knows that Redis has lost writes and kept the key, as
   * after a failover: from now on all writers have to enter the new one.
   *
   * @return the new generation
   * @throws RedisException when Redis refuses or does not answer; then it may be replaced or not
   */
  public String renew(RedisConnection connection) {
    return connection.isCluster() ? cluster.renew(connection) : run(connection, "1");
  }

  private String run(RedisConnection connection, String replace) {
    byte[] generation =
        connection.await(
            connection
                .async()
                .eval(
                    script,
                    ScriptOutputType.VALUE,
                    new byte[][] {key},
                    made(),
                    replace.getBytes(UTF_8)));
    return new String(generation, UTF_8);
  }

  private byte[] made() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes).getBytes(UTF_8);
  }
}
