package dev.sessioncache.bench.warm;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the replaced system did: one query, then batches of 100 writes, 50 ms apart. */
final class OriginalLoop {

  private static final int BATCH = 100;
  private static final long PAUSE_MILLIS = 50;
  private static final long LEASE_SECONDS = 300;
  private static final String QUERY =
      """
      select s.token, json_build_object('id', s.id, 'user_id', s.user_id, 'ip_address', host(s.ip_address),
          'user_agent', s.user_agent, 'created_at', s.created_at, 'last_activity_at', s.last_activity_at,
          'expires_at', s.expires_at, 'request_count', s.request_count, 'data', s.data,
          'user', json_build_object('email', u.email, 'display_name', u.display_name, 'role', u.role))::text
      from platform.user_sessions s join platform.users u on u.id = s.user_id
      where s.expires_at > now() and s.last_activity_at > now() - interval '24 hours'
        and s.revoked_at is null and u.status = 'active'
      order by s.last_activity_at desc limit ?
      """;

  private OriginalLoop() {}

  public static void main(String... args) throws Exception {
    RedisClient client = Environment.redis();
    try (StatefulRedisConnection<String, String> redis = client.connect();
        Connection connection = Environment.postgres();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setInt(1, Integer.parseInt(args[0]));
      List<RedisFuture<String>> batch = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          batch.add(
              redis
                  .async()
                  .setex("session:" + rows.getString(1), LEASE_SECONDS, rows.getString(2)));
          if (batch.size() == BATCH) {
            await(batch);
            Thread.sleep(PAUSE_MILLIS);
          }
        }
      }
      await(batch);
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  private static void await(List<RedisFuture<String>> batch) throws Exception {
    for (RedisFuture<String> write : batch) {
      write.get();
    }
    batch.clear();
  }
}
