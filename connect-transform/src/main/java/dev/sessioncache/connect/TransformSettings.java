package dev.sessioncache.connect;

import dev.sessioncache.changes.HiddenTokens;
import dev.sessioncache.changes.WrittenTables;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.TableName;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of {@link ChangesTransform}. Those that the stream has too are called as there and
 * must be the same; primary keys, which the stream reads from the catalog, are named.
 *
 * @param topic {@code changes}
 * @param tokens takes them out of what is written
 */
record TransformSettings(
    String topic,
    Lanes lanes,
    TableName sessions,
    TableName users,
    WrittenTables tables,
    HiddenTokens tokens) {

  private static final String TOKEN_HASH = "token.hash";
  private static final String TOKEN_HASH_KEY = "token.hash.key";
  private static final String NO_HASH = "none";
  private static final String HMAC_SHA256 = "hmac-sha256";

  static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              "lanes",
              Type.INT,
              ConfigDef.NO_DEFAULT_VALUE,
              Range.between(1, Lanes.MOST),
              Importance.HIGH,
              "Number of lanes, that of the stream: the partitions of the topic.")
          .define(
              "topics.prefix",
              Type.STRING,
              "session-cache",
              Importance.HIGH,
              "Prefix of the topic, that of the stream.")
          .define(
              "tables.sessions",
              Type.STRING,
              "platform.user_sessions",
              Importance.HIGH,
              "Table of the sessions.")
          .define(
              "tables.users", Type.STRING, "platform.users", Importance.HIGH, "Table of the users.")
          .define(
              "session.id",
              Type.STRING,
              "id",
              Importance.MEDIUM,
              "Primary key of the table of the sessions.")
          .define(
              "session.user",
              Type.STRING,
              "user_id",
              Importance.MEDIUM,
              "Column of the sessions that holds the user's primary key.")
          .define(
              "session.token",
              Type.STRING,
              "token",
              Importance.MEDIUM,
              "Column of the sessions that stands in the stream's cache.key.")
          .define(
              "user.id",
              Type.STRING,
              "id",
              Importance.MEDIUM,
              "Primary key of the table of the users.")
          .define(
              TOKEN_HASH,
              Type.STRING,
              NO_HASH,
              Importance.HIGH,
              "What stands for a token in the topic, as the stream has it: none or hmac-sha256.")
          .define(
              TOKEN_HASH_KEY,
              Type.PASSWORD,
              "",
              Importance.HIGH,
              "Secret key of token.hash, that of the stream: at least 32 bytes, hex or base64.");

  /**
   * Reads them.
   *
   * @throws ConfigException which names the setting that is missing or wrong
   */
  static TransformSettings of(Map<String, ?> values) {
    AbstractConfig config = new AbstractConfig(DEFINITION, values, false);
    TableName sessions = table(config, "tables.sessions");
    TableName users = table(config, "tables.users");
    return new TransformSettings(
        config.getString("topics.prefix") + ".changes",
        new Lanes(config.getInt("lanes")),
        sessions,
        users,
        new WrittenTables(
            new WrittenTables.Table(sessions.table(), config.getString("session.id")),
            new WrittenTables.Table(users.table(), config.getString("user.id")),
            config.getString("session.user"),
            config.getString("session.token")),
        new HiddenTokens(hash(config), sessions.table(), config.getString("session.token")));
  }

  private static TokenHash hash(AbstractConfig config) {
    String hashing = config.getString(TOKEN_HASH);
    String key = config.getPassword(TOKEN_HASH_KEY).value();
    if (hashing.equals(NO_HASH)) {
      return TokenHash.NONE;
    }
    if (!hashing.equals(HMAC_SHA256)) {
      throw new ConfigException(TOKEN_HASH, hashing, "must be none or hmac-sha256");
    }
    try {
      return TokenHash.hmacSha256(TokenKey.parse(key));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(TOKEN_HASH_KEY + " " + e.getMessage());
    }
  }

  private static TableName table(AbstractConfig config, String setting) {
    String value = config.getString(setting);
    try {
      return TableName.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(setting, value, e.getMessage());
    }
  }
}
