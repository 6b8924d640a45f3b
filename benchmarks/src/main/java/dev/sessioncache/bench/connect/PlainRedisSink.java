package dev.sessioncache.bench.connect;

import dev.sessioncache.bench.Workbench;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** The plainest sink into Redis that is possible: see {@link PlainRedisSinkTask}. */
public final class PlainRedisSink extends SinkConnector {

  private Map<String, String> settings = Map.of();

  /**
   * Settings of a connector of it, for whoever wants throughput.
   *
   * @param tasks each with connections of its own; no more than the topic has partitions
   */
  public static Map<String, String> settings(Workbench bench, String topic, int tasks) {
    Map<String, String> sink = new TreeMap<>();
    sink.put("connector.class", PlainRedisSink.class.getName());
    sink.put("tasks.max", Integer.toString(tasks));
    sink.put("topics", topic);
    sink.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    sink.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    sink.put(PlainRedisSinkTask.URL, bench.stack().redisUrl());
    sink.put("consumer.override.max.poll.records", "5000");
    sink.put("consumer.override.fetch.max.wait.ms", "10");
    sink.put("consumer.override.max.partition.fetch.bytes", "8388608");
    sink.put("consumer.override.auto.offset.reset", "earliest");
    return sink;
  }

  @Override
  public void start(Map<String, String> given) {
    settings = Map.copyOf(given);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return PlainRedisSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int most) {
    return Collections.nCopies(most, settings);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(
            PlainRedisSinkTask.URL,
            ConfigDef.Type.STRING,
            ConfigDef.Importance.HIGH,
            "redis://host:port");
  }

  @Override
  public String version() {
    return "1";
  }
}
