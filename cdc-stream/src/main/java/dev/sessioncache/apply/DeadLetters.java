package dev.sessioncache.apply;

import dev.sessioncache.topic.DeadLetter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries that can't be read to the topic of dead letters, each once, though its batch may be
 * tried again. Used by the apply thread alone.
 */
final class DeadLetters {

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  static final String STAGE = "apply";

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final ApplyProgress progress;
  private final Map<Integer, Long> sentUpTo = new HashMap<>();

  DeadLetters(Producer<byte[], byte[]> producer, String topic, ApplyProgress progress) {
    this.producer = producer;
    this.topic = topic;
    this.progress = progress;
  }

  /** Returns whether Kafka has them all, which must be before their offsets are committed. */
  boolean send(List<LaneBatch.Unusable> all) throws InterruptedException {
    try {
      sendNew(all);
      return true;
    } catch (ExecutionException | KafkaException e) {
      log.warn("event=dead_letter_failed cause={}", e.getClass().getSimpleName());
      return false;
    }
  }

  private void sendNew(List<LaneBatch.Unusable> all)
      throws InterruptedException, ExecutionException {
    List<LaneBatch.Unusable> fresh =
        all.stream()
            .filter(one -> one.record().offset() > sentUpTo.getOrDefault(lane(one), -1L))
            .toList();
    List<Future<?>> answers = new ArrayList<>();
    for (LaneBatch.Unusable one : fresh) {
      log.warn(
          "event=unreadable_entry lane={} offset={} reason=\"{}\"",
          lane(one),
          one.record().offset(),
          one.reason());
      DeadLetter letter = letter(one);
      answers.add(
          producer.send(
              new ProducerRecord<>(
                  topic, null, null, letter.key(), letter.value(), letter.headers())));
    }
    for (Future<?> answer : answers) {
      answer.get();
    }
    for (LaneBatch.Unusable one : fresh) {
      sentUpTo.put(lane(one), one.record().offset());
      progress.deadLetter();
    }
  }

  /** The lane's next owner may be told of the same records; so may we when it comes back. */
  void forget(int lane) {
    sentUpTo.remove(lane);
  }

  private static int lane(LaneBatch.Unusable one) {
    return one.record().partition();
  }

  private static DeadLetter letter(LaneBatch.Unusable one) {
    ConsumerRecord<String, byte[]> record = one.record();
    return DeadLetter.of(
        new DeadLetter.Place(STAGE, record.topic(), record.partition(), record.offset()),
        record.key(),
        record.headers(),
        record.value(),
        one.reason());
  }
}
