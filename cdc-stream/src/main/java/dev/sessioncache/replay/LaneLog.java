package dev.sessioncache.replay;

import static java.util.stream.Collectors.toMap;

import dev.sessioncache.command.OperationException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A topic of lanes as it stands. Creates nothing: what is missing is refused. */
final class LaneLog {

  private static final long ANSWER_SECONDS = 15;

  private final Admin admin;
  private final String topic;
  private final int count;

  LaneLog(Admin admin, String topic, int count) {
    this.admin = admin;
    this.topic = topic;
    this.count = count;
  }

  /**
   * The topic's id, which a topic that is made anew does not share.
   *
   * @throws OperationException when there is no such topic, or it has another number of lanes
   */
  String check() throws InterruptedException {
    TopicDescription found =
        Objects.requireNonNull(
            answer(admin.describeTopics(List.of(topic)).allTopicNames(), topic).get(topic));
    int partitions = found.partitions().size();
    if (partitions != count) {
      throw new OperationException(
          "topic "
              + topic
              + " has "
              + partitions
              + " partitions but lanes is "
              + count
              + ": set lanes to that number");
    }
    return found.topicId().toString();
  }

  /** All lanes, up to what is committed now: what project has given up is not in it. */
  List<LaneRange> ranges() throws InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> begins = offsets(OffsetSpec.earliest());
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(OffsetSpec.latest());
    return lanes().stream()
        .map(
            lane ->
                new LaneRange(
                    lane,
                    Objects.requireNonNull(begins.get(lane)).offset(),
                    Objects.requireNonNull(ends.get(lane)).offset()))
        .toList();
  }

  /** By lane, the offset behind its last record. */
  Map<TopicPartition, Long> ends() throws InterruptedException {
    return ranges().stream().collect(toMap(LaneRange::lane, LaneRange::end));
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(OffsetSpec which)
      throws InterruptedException {
    return answer(
        admin
            .listOffsets(
                lanes().stream().collect(toMap(Function.identity(), lane -> which)),
                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
            .all(),
        topic);
  }

  private List<TopicPartition> lanes() {
    return IntStream.range(0, count).mapToObj(lane -> new TopicPartition(topic, lane)).toList();
  }

  static <T> T answer(KafkaFuture<T> future, String topic) throws InterruptedException {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new OperationException(
            "there is no topic " + topic + ": check topics.prefix and KAFKA_BOOTSTRAP_SERVERS", e);
      }
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(e);
      }
      throw new OperationException(
          "Kafka does not tell about topic "
              + topic
              + " ("
              + Objects.requireNonNull(e.getCause()).getClass().getSimpleName()
              + "): may we read it?",
          e);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private static OperationException unreachable(Exception e) {
    return new OperationException(
        "Kafka does not answer: is it running and reachable? (KAFKA_BOOTSTRAP_SERVERS)", e);
  }
}
