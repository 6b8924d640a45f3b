package dev.sessioncache.bench.warm;

import io.lettuce.core.RedisClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** How the programs of this package find the servers: as psql does. */
final class Environment {

  private Environment() {}

  static Connection postgres() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%s/%s".formatted(of("PGHOST"), of("PGPORT"), of("PGDATABASE")),
        of("PGUSER"),
        of("PGPASSWORD"));
  }

  static RedisClient redis() {
    return RedisClient.create("redis://127.0.0.1:" + of("REDIS_PORT"));
  }

  private static String of(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }
}
