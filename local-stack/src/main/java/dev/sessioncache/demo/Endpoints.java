package dev.sessioncache.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the three servers are. Its text shows nothing, because the URLs hold passwords.
 *
 * @param databaseUrl as in DATABASE_URL
 * @param redisUrl as in REDIS_URL
 * @param kafkaBootstrapServers as in KAFKA_BOOTSTRAP_SERVERS
 */
record Endpoints(String databaseUrl, String redisUrl, String kafkaBootstrapServers) {

  private static final String DATABASE_URL = "DATABASE_URL";
  private static final String REDIS_URL = "REDIS_URL";
  private static final String KAFKA_BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";
  private static final List<String> NAMES =
      List.of(DATABASE_URL, REDIS_URL, KAFKA_BOOTSTRAP_SERVERS);

  /**
   * The servers that the environment names; empty when it names none.
   *
   * @throws UsageException when it names some of them
   */
  static Optional<Endpoints> from(Map<String, String> environment) throws UsageException {
    Map<String, String> set = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = environment.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        set.put(name, value);
      }
    }
    if (set.isEmpty()) {
      return Optional.empty();
    }
    List<String> missing = NAMES.stream().filter(name -> !set.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new UsageException(
          String.join(" and ", set.keySet())
              + " set, but not "
              + String.join(" and ", missing)
              + ": set all three to use servers of your own, or none to have local ones");
    }
    return Optional.of(
        new Endpoints(
            set.getOrDefault(DATABASE_URL, ""),
            set.getOrDefault(REDIS_URL, ""),
            set.getOrDefault(KAFKA_BOOTSTRAP_SERVERS, "")));
  }

  /** The environment in which the programs find these servers. */
  Map<String, String> asEnvironment() {
    return Map.of(
        DATABASE_URL,
        databaseUrl,
        REDIS_URL,
        redisUrl,
        KAFKA_BOOTSTRAP_SERVERS,
        kafkaBootstrapServers);
  }

  /** The same for a shell to read. */
  String asShell() {
    return asEnvironment().entrySet().stream()
        .map(entry -> "export %s='%s'%n".formatted(entry.getKey(), entry.getValue()))
        .sorted()
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return "Endpoints";
  }
}
