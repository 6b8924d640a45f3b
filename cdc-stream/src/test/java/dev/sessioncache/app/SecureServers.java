package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.SecureStack;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.KafkaClients;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/** Secured servers with the users and rights of the documentation, and nothing beside. */
final class SecureServers implements AutoCloseable {

  static final String POSTGRES_PASSWORD = "canary-of-postgres";
  static final String REDIS_PASSWORD = "a-long-password"; // that of the documentation
  static final String KAFKA_PASSWORD = "canary-\"of\\kafka";
  static final String KAFKA_USER = "warmer";

  private static final String STREAM = "session_cache_stream";
  private static final String READER = "session_cache_reader";

  final SecureStack stack = SecureStack.start();
  final Connection sql;
  final RedisClusterCommands<byte[], byte[]> redis;
  private final RedisConnections connections;

  SecureServers() throws Exception {
    DatabaseUrl owner = DatabaseUrl.parse(stack.createDatabase("app"));
    sql = DriverManager.getConnection(owner.jdbcUrl(), owner.jdbcProperties());
    execute(PlatformTables.SQL);
    execute("alter table platform.users add password_hash text default 'canary of a hash'");
    execute(SecurityPage.roles());
    for (String role : List.of(STREAM, READER)) {
      execute("alter role " + role + " password '" + POSTGRES_PASSWORD + "'");
    }
    connections = new RedisConnections(RedisUrl.parse(stack.redisAdminUrl()), "secure-it");
    redis = connections.open().sync();
    makeRedisUser();
    makeKafkaUser();
  }

  private void makeRedisUser() {
    CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    SecurityPage.redisUser().stream().skip(1).forEach(args::add);
    redis.dispatch(CommandType.ACL, new StatusOutput<>(ByteArrayCodec.INSTANCE), args);
  }

  private void makeKafkaUser() throws Exception {
    try (Admin admin = new KafkaClients(stack.kafkaAdmin()).admin()) {
      admin.createAcls(SecurityPage.kafkaRights()).all().get(10, TimeUnit.SECONDS);
      for (ScramMechanism mechanism :
          List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
        admin
            .alterUserScramCredentials(List.of(password(mechanism)))
            .all()
            .get(10, TimeUnit.SECONDS);
      }
    }
  }

  /** As may be done once all topics are there. */
  void forbidToCreateTopics() throws Exception {
    AclBindingFilter creating =
        new AclBindingFilter(
            ResourcePatternFilter.ANY,
            new AccessControlEntryFilter(null, null, AclOperation.CREATE, AclPermissionType.ANY));
    try (Admin admin = new KafkaClients(stack.kafkaAdmin()).admin()) {
      Collection<AclBinding> gone =
          admin.deleteAcls(List.of(creating)).all().get(10, TimeUnit.SECONDS);
      assertThat(gone).hasSize(1);
    }
  }

  private static UserScramCredentialAlteration password(ScramMechanism mechanism) {
    return new UserScramCredentialUpsertion(
        KAFKA_USER, new ScramCredentialInfo(mechanism, 4096), KAFKA_PASSWORD);
  }

  /** Of the program that captures. */
  String streamDatabase() {
    return database(STREAM, POSTGRES_PASSWORD, stack.certificate());
  }

  /** Of those that only read. */
  String readerDatabase() {
    return database(READER, POSTGRES_PASSWORD, stack.certificate());
  }

  String database(String role, String password, Path ca) {
    return "postgres://%s:%s@%s/app?sslmode=verify-full&sslrootcert=%s"
        .formatted(role, password, stack.postgresServer(), ca);
  }

  String redisUrl() {
    return "rediss://warmer:%s@%s".formatted(REDIS_PASSWORD, stack.redisServer());
  }

  /** Of all programs. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("database.url", streamDatabase());
    settings.put("redis.url", redisUrl());
    settings.put("redis.ca", stack.certificate().toString());
    settings.put("kafka.bootstrap.servers", stack.kafkaLogin());
    settings.put("kafka.security.protocol", "SASL_SSL");
    settings.put("kafka.username", KAFKA_USER);
    settings.put("kafka.password", KAFKA_PASSWORD);
    settings.put("kafka.ca", stack.certificate().toString());
    settings.put("lanes", "2");
    settings.put("capture.pulse.interval", "200ms");
    settings.put("http.port", "0");
    return settings;
  }

  /** With one thing that is not right. */
  Map<String, String> settings(Wrong wrong, String setting) {
    Map<String, String> settings = settings();
    settings.computeIfPresent(
        setting,
        (name, right) ->
            switch (wrong) {
              case PASSWORD -> right.replaceFirst("(?<=^|:)[^:/]+(?=@|$)", "wrong-password");
              case CA ->
                  right.replace(
                      stack.certificate().toString(), stack.foreignCertificate().toString());
              case HOST -> right.replace("localhost", "127.0.0.1");
              case NO_TLS_HERE ->
                  setting.startsWith("kafka") ? "SASL_PLAINTEXT" : right.replace("rediss", "redis");
              case NO_TLS_THERE -> stack.redisAdminUrl().replace("redis:", "rediss:");
            });
    if (wrong == Wrong.NO_TLS_HERE && setting.startsWith("kafka")) {
      settings.remove("kafka.ca");
    }
    return settings;
  }

  /** By that mechanism of SASL, or with a certificate. */
  Map<String, String> kafkaBy(String way) {
    Map<String, String> settings = settings();
    if (way.equals("SSL")) {
      settings.put("kafka.bootstrap.servers", stack.kafkaByCertificate());
      settings.put("kafka.security.protocol", way);
      settings.put("kafka.certificate", stack.certificate().toString());
      settings.put("kafka.key", stack.key().toString());
      settings.keySet().removeAll(List.of("kafka.username", "kafka.password"));
      return settings;
    }
    settings.put("kafka.sasl.mechanism", way);
    if (way.equals("PLAIN")) {
      settings.put("kafka.username", SecureStack.PLAIN_USER);
      settings.put("kafka.password", SecureStack.PLAIN_PASSWORD);
    }
    return settings;
  }

  void execute(String statements) {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connections.close();
    sql.close();
    stack.close();
  }
}
