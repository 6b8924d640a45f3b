package dev.sessioncache.localstack;

import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The broker's JVM: formats the storage if that was not done before, and runs {@code kafka.Kafka}.
 * Both in one JVM, because a second one for the format would take another second.
 */
final class BrokerMain {

  private BrokerMain() {}

  /** Called with the cluster id and the path of the properties file. */
  public static void main(String[] args) {
    String clusterId = args[0];
    String properties = args[1];
    String[] format = {
      "format", "--ignore-formatted", "--cluster-id", clusterId, "--config", properties
    };
    int code = StorageTool.execute(format, System.out);
    if (code != 0) {
      System.exit(code);
    }
    Kafka.main(new String[] {properties});
  }
}
