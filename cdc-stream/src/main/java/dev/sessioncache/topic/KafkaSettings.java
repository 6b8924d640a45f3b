package dev.sessioncache.topic;

import dev.sessioncache.config.BootstrapServers;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;

/** Where Kafka is. */
@Section(value = "Kafka", description = "The cluster that holds the topics.")
public record KafkaSettings(
    @Setting(
            name = "kafka.bootstrap.servers",
            description = "host:port of one or more brokers, separated by commas.")
        BootstrapServers bootstrapServers) {}
