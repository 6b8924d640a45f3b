package dev.sessioncache.project;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.StoreBuilder;

/** The topology of project: {@code changes} -> lane -> {@code entries}, each lane by itself. */
public final class ProjectTopology {

  private ProjectTopology() {}

  public static Topology build(LaneSettings settings, SessionMapping mapping, Clock clock) {
    Topology topology = new Topology();
    topology.addSource(
        "changes",
        Serdes.String().deserializer(),
        Serdes.ByteArray().deserializer(),
        settings.changesTopic());
    topology.addProcessor(
        "lane", () -> new LaneProcessor(mapping, settings.stalenessBound(), clock), "changes");
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
    Serializer<OtherLanes> notice = (topic, record) -> record.value();
    // Back into `changes`: a session that changed hands between lanes, rare; see
    // docs/decisions/0002.
    topology.addSink(
        LaneProcessor.TO_OTHER_LANES,
        settings.changesTopic(),
        Serdes.String().serializer(),
        notice,
        otherLanes(),
        "lane");
    return topology;
  }

  private static StreamPartitioner<String, Entry.InLane> sameLane() {
    return (topic, key, value, lanes) -> Optional.of(Set.of(value.lane()));
  }

  static StreamPartitioner<String, OtherLanes> otherLanes() {
    return (topic, key, value, lanes) ->
        Optional.of(
            IntStream.range(0, lanes)
                .filter(lane -> lane != value.from())
                .boxed()
                .collect(Collectors.toSet()));
  }
}
