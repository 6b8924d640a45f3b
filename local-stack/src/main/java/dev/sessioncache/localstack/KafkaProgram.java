package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** The optimising compiler would take the cores from the programs under test. */
  private static final List<String> UP_SOON =
      List.of(
          "-Xms128m", "-Xmx512m", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** As Kafka starts itself, see {@code kafka-server-start.sh}. */
  private static final List<String> AT_WORK_FOR_LONG =
      List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20");

  private final Path data;
  private final Path properties;
  private final int port;
  private final int controllerPort;
  private final Optional<BrokerSecurity> security;
  private final boolean forLoad;

  /**
   * @param security of further listeners
   * @param forLoad as in {@link StackOptions}
   */
  KafkaProgram(
      StackDirectory directory,
      int port,
      int controllerPort,
      Optional<BrokerSecurity> security,
      boolean forLoad) {
    this.security = security;
    this.forLoad = forLoad;
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

  @Override
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(forLoad ? AT_WORK_FOR_LONG : UP_SOON);
    command.addAll(
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dlogback.configurationFile=dev/sessioncache/localstack/broker-logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            BrokerMain.class.getName(),
            CLUSTER_ID,
            properties.toString()));
    return command;
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
