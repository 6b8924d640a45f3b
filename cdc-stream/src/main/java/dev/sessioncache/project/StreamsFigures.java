package dev.sessioncache.project;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;

/** The figures of the present client of Kafka Streams, among others. Guarded by its owner. */
final class StreamsFigures {

  private final MeterRegistry registry;
  private Optional<KafkaStreamsMetrics> metrics = Optional.empty();

  /** None yet. */
  StreamsFigures(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Tells of this client from now on; of the former no more. */
  void of(KafkaStreams streams) {
    end();
    KafkaStreamsMetrics made = new KafkaStreamsMetrics(streams);
    made.bindTo(registry);
    metrics = Optional.of(made);
  }

  /** Tells of none. */
  void end() {
    metrics.ifPresent(KafkaStreamsMetrics::close);
    metrics = Optional.empty();
  }
}
