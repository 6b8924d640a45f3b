package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * One Kafka broker that is its own controller, in a JVM of its own with our class path. Settings
 * that do not depend on the directory are in the resource {@code broker.properties}.
 */
final class KafkaProgram implements Program {

  /** Any id will do; one that never changes lets a kept directory be formatted again. */
  private static final String CLUSTER_ID = "c2Vzc2lvbi1jYWNoZQ";

  private final Path data;
  private final Path properties;
  private final int port;
  private final int controllerPort;
  private final Optional<BrokerSecurity> security;

  KafkaProgram(StackDirectory directory, int port, int controllerPort) {
    this(directory, port, controllerPort, Optional.empty());
  }

  /**
   * @param security of further listeners
   */
  KafkaProgram(
      StackDirectory directory, int port, int controllerPort, Optional<BrokerSecurity> security) {
    this.security = security;
    this.data = directory.path("kafka");
    this.properties = directory.path("kafka.properties");
    this.port = port;
    this.controllerPort = controllerPort;
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public void prepare() {
    String broker = "PLAINTEXT://127.0.0.1:" + port;
    String controller = "CONTROLLER://127.0.0.1:" + controllerPort;
    try (InputStream common = KafkaProgram.class.getResourceAsStream("broker.properties");
        Writer writer = Files.newBufferedWriter(properties)) {
      Properties settings = new Properties();
      settings.load(common);
      settings.setProperty("listeners", broker + "," + controller);
      settings.setProperty("advertised.listeners", broker);
      settings.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
      settings.setProperty("log.dirs", data.toString());
      security.ifPresent(further -> further.addTo(settings));
      settings.store(writer, null);
    } catch (IOException e) {
      throw new StackException("cannot write " + properties, e);
    }
  }

  /**
   * Tuned to be up soon; the optimising compiler would take the cores from the programs under test.
   */
  @Override
  public List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms128m",
        "-Xmx512m",
        "-Xshare:auto",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        "-Dlogback.configurationFile=dev/sessioncache/localstack/broker-logback.xml",
        "-cp",
        System.getProperty("java.class.path"),
        BrokerMain.class.getName(),
        CLUSTER_ID,
        properties.toString());
  }

  @Override
  public String stopSignal() {
    return "TERM";
  }

  @Override
  public boolean answers() {
    return Readiness.kafka("127.0.0.1", port);
  }
}
