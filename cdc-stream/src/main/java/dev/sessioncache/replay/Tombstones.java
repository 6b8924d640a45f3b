package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.topic.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Takes back, in the log itself, sessions that it held before it was rebuilt and that the rebuilt
 * state does not know: else a later refill would put them.
 */
final class Tombstones {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private Tombstones() {}

  /** Returns when Kafka has them. */
  static void send(KafkaClients kafka, List<LaneReplay> lanes) throws InterruptedException {
    if (lanes.stream().allMatch(lane -> lane.takenBack().isEmpty())) {
      return;
    }
    KafkaProducer<String, byte[]> producer = kafka.producer();
    try {
      List<Future<?>> answers = new ArrayList<>();
      for (LaneReplay lane : lanes) {
        for (Entry entry : lane.takenBack()) {
          answers.add(producer.send(record(lane.range(), entry)));
        }
      }
      for (Future<?> answer : answers) {
        answer.get();
      }
    } catch (ExecutionException | KafkaException e) {
      throw new OperationException("Kafka takes no entries: check it and run it again", e);
    } finally {
      producer.close(CLOSE_TIMEOUT);
    }
  }

  private static ProducerRecord<String, byte[]> record(LaneRange lane, Entry entry) {
    Headers headers = new RecordHeaders();
    try (Serializer<Entry.InLane> serializer = EntryFormat.serializer()) {
      byte[] value =
          serializer.serialize(
              lane.lane().topic(), headers, new Entry.InLane(lane.number(), entry));
      return new ProducerRecord<>(
          lane.lane().topic(), lane.number(), null, EntryFormat.key(entry), value, headers);
    }
  }
}
