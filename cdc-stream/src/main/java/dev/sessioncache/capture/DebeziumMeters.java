package dev.sessioncache.capture;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Debezium's <a
 * href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-monitoring">own
 * figures</a>, which it tells by JMX: those of the engine of this process that is connected. NaN
 * while none is.
 */
public final class DebeziumMeters implements MeterBinder {

  /** Each engine has a tag of its own; one that would not close may still be there. */
  private static final String ENGINES =
      "debezium.postgres:type=connector-metrics,context=streaming,server=%s,*"
          .formatted(EngineProperties.TOPIC_PREFIX);

  private static final String CONNECTED = "Connected";

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

  @Override
  public void bindTo(MeterRegistry meters) {
    gauge(meters, "events", "TotalNumberOfEventsSeen", "Events that the engine has read");
    gauge(meters, "queue.remaining", "QueueRemainingCapacity", "Room in its queue, in events");
    gauge(meters, "behind.source.ms", "MilliSecondsBehindSource", "Age of its last event, ms");
  }

  private void gauge(MeterRegistry meters, String name, String attribute, String description) {
    Gauge.builder("warmer.debezium." + name, () -> value(attribute))
        .description(description)
        .register(meters);
  }

  private double value(String attribute) {
    try {
      for (ObjectName engine : beans.queryNames(new ObjectName(ENGINES), null)) {
        if (beans.getAttribute(engine, CONNECTED).equals(true)) {
          return ((Number) beans.getAttribute(engine, attribute)).doubleValue();
        }
      }
    } catch (JMException | ClassCastException e) {
      return Double.NaN; // it has just gone, or knows nothing by this name
    }
    return Double.NaN;
  }
}
