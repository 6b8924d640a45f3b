package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The topic {@code capture}: one partition that holds, near its end, how far capture has come. */
final class CaptureLog {

  static final String KEY = "capture";
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);
  private static final long ASK_AGAIN_MILLIS = 100;

  /** A former capture has one record under way at most when its successor begins. */
  private static final long TAIL = 100;

  private final String topic;
  private final Supplier<Consumer<String, byte[]>> consumers;
  private final Duration readTimeout;

  CaptureLog(String topic, Supplier<Consumer<String, byte[]>> consumers) {
    this(topic, consumers, READ_TIMEOUT);
  }

  CaptureLog(String topic, Supplier<Consumer<String, byte[]>> consumers, Duration readTimeout) {
    this.topic = topic;
    this.consumers = consumers;
    this.readTimeout = readTimeout;
  }

  /**
   * Reads the last record of the highest term: one of a former capture may have come late. Empty
   * when there is none, or something unreadable stands behind it: then nothing is known.
   *
   * @throws OperationException when Kafka does not answer, with that as its cause, or answers and
   *     does not hand them out
   */
  Optional<CaptureRecord> last() {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<String, byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(partition));
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition), readTimeout);
      long end = ends.getOrDefault(partition, 0L);
      if (end == 0) {
        return Optional.empty();
      }
      long first =
          consumer.beginningOffsets(List.of(partition), readTimeout).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(first, end - TAIL));
      return last(consumer, partition, end);
    } catch (KafkaException e) {
      throw new OperationException(
          "topic " + topic + " can't be read: may we, and is Kafka healthy?", e);
    }
  }

  /**
   * Looks at a topic anew: one that stood by for long may have missed that it was made again with
   * another number of lanes, and would put users into wrong ones.
   *
   * @throws OperationException when it has another number of partitions
   */
  void requirePartitions(String lanesTopic, int count) throws InterruptedException {
    try (Consumer<String, byte[]> consumer = consumers.get()) {
      int present = partitions(consumer, lanesTopic);
      if (present != count) {
        throw new OperationException(Topics.otherLanes(List.of(lanesTopic), present, count));
      }
    } catch (KafkaException e) {
      throw new OperationException(
          "topic " + lanesTopic + " can't be looked at: may we, and is Kafka healthy?", e);
    }
  }

  /** None when it is not there. A broker that has just started may not know it yet. */
  private int partitions(Consumer<String, byte[]> consumer, String topic)
      throws InterruptedException {
    long begin = System.nanoTime();
    int present = consumer.partitionsFor(topic, readTimeout).size();
    while (present == 0 && System.nanoTime() - begin < readTimeout.toNanos()) {
      Thread.sleep(ASK_AGAIN_MILLIS);
      present = consumer.partitionsFor(topic, readTimeout).size();
    }
    return present;
  }

  private Optional<CaptureRecord> last(
      Consumer<String, byte[]> consumer, TopicPartition partition, long end) {
    Optional<CaptureRecord> last = Optional.empty();
    long highest = 0;
    long begin = System.nanoTime();
    while (consumer.position(partition, readTimeout) < end) {
      if (System.nanoTime() - begin > readTimeout.toNanos()) {
        consumer.endOffsets(List.of(partition), readTimeout); // throws when Kafka is away
        throw new OperationException(
            "Kafka does not hand out the last records of topic "
                + topic
                + ": is the broker healthy?");
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
        Optional<CaptureRecord> next =
            record.value() == null ? Optional.empty() : CaptureRecord.parse(record.value());
        long term = next.map(CaptureRecord::term).orElse(highest);
        if (term >= highest) {
          last = next;
          highest = term;
        }
      }
    }
    return last;
  }

  ProducerRecord<String, byte[]> write(CaptureRecord record) {
    return new ProducerRecord<>(topic, 0, KEY, record.toJson());
  }
}
