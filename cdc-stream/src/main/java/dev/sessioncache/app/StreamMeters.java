package dev.sessioncache.app;

import dev.sessioncache.capture.DebeziumMeters;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The figures of a process: ours, and those of what it is built on. */
final class StreamMeters implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<AutoCloseable> bound = new ArrayList<>();

  StreamMeters() {
    JvmGcMetrics collections = new JvmGcMetrics();
    bound.add(collections);
    Stream.of(
            collections,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            new DebeziumMeters())
        .forEach(meters -> meters.bindTo(registry));
  }

  /** Tells what other figures are to be compared with. */
  void tellOf(LaneSettings lanes) {
    Gauge.builder("warmer.lanes", lanes, LaneSettings::count)
        .description("Lanes that there are, in all processes together")
        .register(registry);
    Gauge.builder("warmer.staleness.bound", lanes, it -> it.stalenessBound().toMillis() / 1e3)
        .description("A lane that lags by more is behind")
        .baseUnit("seconds")
        .register(registry);
    String version = StreamMeters.class.getPackage().getImplementationVersion();
    Gauge.builder("warmer.build.info", () -> 1)
        .description("Always 1; the version is a label")
        .tag("version", version == null ? "unknown" : version)
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  <K, V> Consumer<K, V> measured(Consumer<K, V> consumer) {
    bind(new KafkaClientMetrics(consumer));
    return consumer;
  }

  <K, V> Producer<K, V> measured(Producer<K, V> producer) {
    bind(new KafkaClientMetrics(producer));
    return producer;
  }

  private void bind(KafkaClientMetrics metrics) {
    metrics.bindTo(registry);
    bound.add(metrics);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : bound) {
      one.close();
    }
    registry.close();
  }
}
