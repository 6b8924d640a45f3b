package dev.sessioncache.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What is wrong with topics that are there: what loses something is a problem, and stops the start;
 * what only might is a warning.
 */
final class TopicProblems {

  private final int lanes;
  private final Map<Integer, List<String>> otherLanes = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  TopicProblems(int lanes) {
    this.lanes = lanes;
  }

  /** Each one line; empty when all is well. */
  List<String> problems() {
    List<String> all = new ArrayList<>();
    otherLanes.forEach((partitions, names) -> all.add(Topics.otherLanes(names, partitions, lanes)));
    all.addAll(problems);
    return all;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  void requireLanes(String name, int partitions) {
    if (partitions != lanes) {
      otherLanes.computeIfAbsent(partitions, number -> new ArrayList<>()).add(name);
    }
  }

  /** A topic that loses records by their age would lose sessions, and removals without a trace. */
  void requireKept(String name, Config config) {
    requireCompacted(name, config);
    String retention = value(config, TopicConfig.DELETE_RETENTION_MS_CONFIG).orElse("0");
    if (Long.parseLong(retention) < Topics.REMOVALS_KEPT.toMillis()) {
      problems.add(
          "topic "
              + name
              + " has delete.retention.ms="
              + retention
              + ", which loses removals: set it to "
              + Topics.REMOVALS_KEPT.toMillis()
              + " or more");
    }
  }

  void requireCompacted(String name, Config config) {
    String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG).orElse("");
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      problems.add(
          "topic "
              + name
              + " has cleanup.policy="
              + policy
              + ", which loses sessions: set it to compact");
    }
  }

  /** What Kafka has acknowledged must outlive the loss of a broker where there are several. */
  void advise(String name, int replicas, int brokers, Config config) {
    String inSync = value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).orElse("1");
    if (replicas == 1 && brokers > 1) {
      warnings.add(
          "topic "
              + name
              + " has one replica on "
              + brokers
              + " brokers: one that is lost stops the stream or loses changes");
    } else if (replicas > 2 && inSync.equals("1")) {
      warnings.add(
          "topic "
              + name
              + " has min.insync.replicas=1: a change that is acknowledged by one broker alone may"
              + " be lost with it; set it to 2");
    }
  }

  private static Optional<String> value(Config config, String name) {
    return Optional.ofNullable(config.get(name))
        .map(entry -> Objects.requireNonNull(entry.value()));
  }
}
