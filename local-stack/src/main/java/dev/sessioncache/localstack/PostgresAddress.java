package dev.sessioncache.localstack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Where a Postgres server listens and how its superuser logs in. */
record PostgresAddress(String host, int port, String user, String password) {

  /** The database that every server has. */
  static final String MAINTENANCE_DATABASE = "postgres";

  String url(String database) {
    return "postgres://" + user + ":" + password + "@" + host + ":" + port + "/" + database;
  }

  Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("loginTimeout", "2");
    properties.setProperty("ApplicationName", "local-stack");
    return DriverManager.getConnection(
        "jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
  }
}
