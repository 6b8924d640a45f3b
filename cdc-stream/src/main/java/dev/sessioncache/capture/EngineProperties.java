package dev.sessioncache.capture;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The properties of Debezium's Postgres connector and engine; every one that differs from its
 * default is here for a reason, see <a
 * href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-connector-properties">
 * their documentation</a>.
 */
final class EngineProperties {

  /** So many may be late before the slot is given to another. */
  private static final int SIGNS_OF_LIFE = 5;

  static final String TOPIC_PREFIX = "capture";

  private EngineProperties() {}

  static Properties of(
      DatabaseUrl url, CaptureSettings settings, SessionMapping mapping, boolean baseline) {
    Properties properties = new Properties();
    properties.put("name", "capture");
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("topic.prefix", TOPIC_PREFIX);
    // Part of the names of its metrics. While those of an engine that would not close are there,
    // one
    // of the same names waits for a minute before it reads anything.
    properties.put("custom.metric.tags", "engine=" + UUID.randomUUID());

    // The slot is the only offset (docs/decisions/0003): a start without stored offsets reads on
    // where the
    // slot stands and skips nothing. Inside one engine offsets would be kept over its own retries:
    // no retries.
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("offset.flush.interval.ms", "500");
    properties.put("errors.max.retries", "0");
    properties.put("snapshot.mode", baseline ? "initial" : "no_data");
    properties.put(
        "snapshot.max.threads", "1"); // parallel ones are not pinned to one snapshot before 3.7

    connection(properties, url);
    properties.put("database.options", options(url, settings));
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", settings.slot());
    properties.put("slot.max.retries", "3");
    properties.put("slot.retry.delay.ms", "1000");
    properties.put("publication.name", settings.publication());
    properties.put(
        "publication.autocreate.mode", "disabled"); // ours is for two tables, theirs for all
    properties.put("table.include.list", tables(mapping));
    properties.put("column.include.list", columns(mapping));
    properties.put(
        "message.prefix.include.list", Pattern.quote(PulseEmitter.prefix(settings.slot())));

    properties.put("skipped.operations", "none"); // by default TRUNCATE
    properties.put("tombstones.on.delete", "false"); // capture writes its own, to every lane
    properties.put("decimal.handling.mode", "string");
    properties.put("time.precision.mode", "adaptive_time_microseconds");
    properties.put("unavailable.value.placeholder", ChangeFormat.UNCHANGED);

    properties.put("poll.interval.ms", Long.toString(settings.pollInterval().toMillis()));
    properties.put("max.batch.size", Integer.toString(settings.batchSize()));
    properties.put("max.queue.size", Integer.toString(4 * settings.batchSize()));
    properties.put("task.management.timeout.ms", "10000"); // by default 3 minutes
    properties.put(
        "status.update.interval.ms",
        Long.toString(settings.sessionTimeout().toMillis() / SIGNS_OF_LIFE));
    return properties;
  }

  private static void connection(Properties properties, DatabaseUrl url) {
    properties.put("database.hostname", url.host());
    properties.put("database.port", Integer.toString(url.port()));
    properties.put("database.dbname", url.database());
    Properties driver = url.jdbcProperties();
    driver
        .stringPropertyNames()
        .forEach(name -> properties.put(nameFor(name), driver.getProperty(name)));
  }

  /**
   * How long Postgres lets one that is not heard of keep the slot, 60 s by default. Whatever
   * options the URL has stay.
   */
  private static String options(DatabaseUrl url, CaptureSettings settings) {
    String own = "-c wal_sender_timeout=" + settings.sessionTimeout().toMillis();
    String theirs = url.parameters().get("options");
    return theirs == null ? own : theirs + " " + own;
  }

  /**
   * Debezium has names of its own for some driver properties and passes on the others as they are.
   */
  private static String nameFor(String driverProperty) {
    return "database." + driverProperty;
  }

  private static String tables(SessionMapping mapping) {
    return Stream.of(mapping.sessions(), mapping.users())
        .map(table -> Pattern.quote(table.name().toString()))
        .collect(Collectors.joining(","));
  }

  private static String columns(SessionMapping mapping) {
    return Stream.of(mapping.sessions(), mapping.users())
        .flatMap(table -> table.columns().stream().map(column -> qualified(table, column)))
        .collect(Collectors.joining(","));
  }

  private static String qualified(MappedTable table, Column column) {
    return Pattern.quote(table.name() + "." + column.name());
  }
}
