package dev.sessioncache.bench.stream;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** The plainest sink into Redis that is possible: see {@link PlainRedisSinkTask}. */
public final class PlainRedisSink extends SinkConnector {

  private Map<String, String> settings = Map.of();

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
    return List.of(settings);
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
