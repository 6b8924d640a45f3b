package dev.sessioncache.project;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.RecordKeys;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.StoreBuilder;

/** The topology of project: {@code changes} -> lane -> {@code entries}, each lane by itself. */
public final class ProjectTopology {

  private ProjectTopology() {}

  /**
   * Builds it.
   *
   * @param guard how long values live in Redis
   * @param priority which sessions come first
   */
  public static Topology build(
      LaneSettings settings,
      SessionMapping mapping,
      GuardSettings guard,
      Priority priority,
      Clock clock,
      ProjectProgress progress) {
    Topology topology = new Topology();
    topology.addSource(
        "changes", new RecordKeys(), Serdes.ByteArray().deserializer(), settings.changesTopic());
    topology.addProcessor(
        "lane",
        () ->
            new LaneProcessor(mapping, settings.stalenessBound(), guard, priority, clock, progress),
        "changes");
    for (StoreBuilder<?> store : LaneRows.stores()) {
      topology.addStateStore(store, "lane");
    }
    topology.addStateStore(LaneProgress.store(), "lane");
    topology.addSink(
        LaneProcessor.TO_ENTRIES,
        settings.entriesTopic(),
        Serdes.String().serializer(),
        EntryFormat.serializer(),
        sameLane(),
        "lane");
    topology.addSink(
        LaneProcessor.TO_DEAD_LETTERS,
        settings.deadLettersTopic(),
        Serdes.ByteArray().serializer(),
        Serdes.ByteArray().serializer(),
        "lane");
    return topology;
  }

  private static StreamPartitioner<String, Entry.InLane> sameLane() {
    return (topic, key, value, lanes) -> Optional.of(Set.of(value.lane()));
  }
}
