package dev.sessioncache.replay;

import static java.util.stream.Collectors.toMap;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.KafkaAnswer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
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
            answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
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
            .all());
  }

  private List<TopicPartition> lanes() {
    return IntStream.range(0, count).mapToObj(lane -> new TopicPartition(topic, lane)).toList();
  }

  private <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return KafkaAnswer.get(future);
    } catch (ExecutionException e) {
      throw KafkaAnswer.failure(
          e,
          e.getCause() instanceof UnknownTopicOrPartitionException
              ? "there is no topic " + topic + ": check topics.prefix and KAFKA_BOOTSTRAP_SERVERS"
              : "Kafka does not tell about topic " + topic + ": may we read it?");
    }
  }
}
