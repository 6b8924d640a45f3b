package dev.sessioncache.apply;

import dev.sessioncache.redis.RedisConnection;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What apply needs of Kafka and Redis.
 *
 * @param member consumer of the entries in apply's group; owned by apply from now on
 * @param readers makes a consumer without a group; closed by apply
 * @param deadLetters owned by the caller
 * @param server {@code host:port} of Redis, for the operator
 * @param redis makes a connection; those that apply no longer needs it closes, the rest the caller
 */
public record ApplyClients(
    Consumer<String, byte[]> member,
    Supplier<Consumer<String, byte[]>> readers,
    Producer<byte[], byte[]> deadLetters,
    String server,
    Supplier<RedisConnection> redis) {}
