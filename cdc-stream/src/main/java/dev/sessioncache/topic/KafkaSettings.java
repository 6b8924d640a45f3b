package dev.sessioncache.topic;

import dev.sessioncache.config.BootstrapServers;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** Where Kafka is, and how soon it gives up on one of us. */
@Section(value = "Kafka", description = "The cluster that holds the topics.")
public record KafkaSettings(
    @Setting(
            name = "kafka.bootstrap.servers",
            description = "host:port of one or more brokers, separated by commas.")
        BootstrapServers bootstrapServers,
    @Setting(
            name = "kafka.session.timeout",
            defaultValue = "10s",
            min = "1s",
            description =
                "After this time without a sign of life an instance loses its lanes to the others,"
                    + " or to its own restart. Brokers take nothing below their"
                    + " group.min.session.timeout.ms, 6s by default.")
        Duration sessionTimeout) {}
