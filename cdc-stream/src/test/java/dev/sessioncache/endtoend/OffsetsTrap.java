package dev.sessioncache.endtoend;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Project and apply lose their offsets while capture goes on. */
final class OffsetsTrap {

  static final Fault LOST = new Fault("committed offsets deleted", OffsetsTrap::lose);

  private static final List<String> GROUPS =
      List.of(World.TOPICS + ".project", World.TOPICS + ".apply");

  private OffsetsTrap() {}

  private static void lose(World world, Random random) throws Exception {
    world.awaitBaseline();
    App capture = world.apps().make("capture-alone", "capture");
    world.apps().main().forEach(App::stop);
    capture.start();
    Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                world.stack().kafkaBootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                5_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000));
    try {
      long before = changes(admin);
      Proof.soon("capture goes on alone", () -> changes(admin) > before + 60);
      Proof.soon("project and apply have offsets", () -> offsets(admin) > 0);
      Proof.soon("the groups are gone", () -> delete(admin));
      Proof.that(offsets(admin) == 0, "the offsets are gone");
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
    world.apps().main().forEach(App::start);
    Fault.last(random, 1_500, 4_000);
    capture.kill();
  }

  private static boolean delete(Admin admin) throws InterruptedException, ExecutionException {
    for (String group : GROUPS) {
      if (offsets(admin, group) > 0) {
        admin.deleteConsumerGroups(List.of(group)).all().get();
      }
    }
    return true;
  }

  private static long offsets(Admin admin) throws InterruptedException, ExecutionException {
    long sum = 0;
    for (String group : GROUPS) {
      sum += offsets(admin, group);
    }
    return sum;
  }

  private static long offsets(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .filter(java.util.Objects::nonNull)
        .count();
  }

  /** How many records the topic has. */
  private static long changes(Admin admin) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> lanes = new HashMap<>();
    for (int lane = 0; lane < World.LANES; lane++) {
      lanes.put(new TopicPartition(World.TOPICS + ".changes", lane), OffsetSpec.latest());
    }
    return admin.listOffsets(lanes).all().get().values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }
}
