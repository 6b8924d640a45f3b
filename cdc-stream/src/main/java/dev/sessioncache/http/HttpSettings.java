package dev.sessioncache.http;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.util.Optional;

/** Where the stream tells how it is. */
@Section(
    value = "HTTP",
    description = "Where the stream tells how it is: metrics for Prometheus, health, status.")
public record HttpSettings(
    @Setting(
            name = "http.host",
            defaultValue = "127.0.0.1",
            description =
                "Address to listen on. There is no password: beyond loopback everybody who reaches it reads"
                    + " metrics and status, which hold no personal data.")
        String host,
    @Setting(
            name = "http.port",
            defaultValue = "8475",
            min = "0",
            max = "65535",
            description = "Port; 0 for any that is free, empty for none.")
        Optional<Integer> port) {}
