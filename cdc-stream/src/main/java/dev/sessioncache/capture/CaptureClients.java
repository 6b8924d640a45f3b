package dev.sessioncache.capture;

import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What capture needs of Kafka.
 *
 * @param brokers {@code host:port} of those that are asked first, for the operator
 * @param producer idempotent, waiting for all replicas; owned by the caller
 * @param consumers makes a consumer that reads committed records of one partition; closed by
 *     capture
 * @param watchers makes a consumer that reads committed records of all lanes and keeps its
 *     positions in a group; closed by capture
 */
public record CaptureClients(
    String brokers,
    Producer<String, byte[]> producer,
    Supplier<Consumer<String, byte[]>> consumers,
    Supplier<Consumer<String, byte[]>> watchers) {}
