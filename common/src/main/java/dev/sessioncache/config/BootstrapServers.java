package dev.sessioncache.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kafka brokers to ask first: {@code host:port[,host:port]}.
 *
 * @param value the list in the form that Kafka clients take, without spaces
 */
public record BootstrapServers(String value) {

  public BootstrapServers {
    value =
        Stream.of(value.split(",", -1))
            .map(String::strip)
            .map(BootstrapServers::checked)
            .collect(Collectors.joining(","));
  }

  /**
   * @throws IllegalArgumentException with one line
   */
  public static BootstrapServers parse(String text) {
    return new BootstrapServers(text);
  }

  /** Each server, its name not looked up. */
  public List<InetSocketAddress> addresses() {
    return Stream.of(value.split(",", -1))
        .map(HostAndPort::parse)
        .map(
            server ->
                InetSocketAddress.createUnresolved(server.host(), server.port().orElseThrow()))
        .toList();
  }

  private static String checked(String server) {
    if (HostAndPort.parse(server).port().isEmpty()) {
      throw new IllegalArgumentException("needs a port after each host, as in localhost:9092");
    }
    return server;
  }

  @Override
  public String toString() {
    return value;
  }
}
