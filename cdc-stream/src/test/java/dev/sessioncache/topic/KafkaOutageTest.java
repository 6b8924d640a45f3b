package dev.sessioncache.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FetchSessionTopicIdException;
import org.apache.kafka.common.errors.InconsistentTopicIdException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.ListenerNotFoundException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class KafkaOutageTest {

  @Test
  void shouldBeOneWhenKafkaDoesNotAnswer() {
    assertThat(KafkaOutage.is(new TimeoutException("late"))).isTrue();
    assertThat(KafkaOutage.is(new KafkaException("gone", new DisconnectException()))).isTrue();
    assertThat(KafkaOutage.is(new NotEnoughReplicasException("1 of 2"))).isTrue();
    assertThat(KafkaOutage.is(new OperationException("unread", new TimeoutException("late"))))
        .isTrue();
  }

  @Test
  void shouldBeOneWhenItsNameDoesNotResolve() {
    KafkaException unresolved = unresolved();

    assertThat(KafkaOutage.is(new OperationException("unread", unresolved))).isTrue();
  }

  /** As a consumer throws it that joins its group while the broker reads who is in it. */
  @Test
  void shouldBeOneWhenTheCoordinatorIsLoading() {
    assertThat(KafkaOutage.is(unexpected(Errors.COORDINATOR_LOAD_IN_PROGRESS))).isTrue();
    assertThat(
            KafkaOutage.is(new StreamsException(unexpected(Errors.COORDINATOR_LOAD_IN_PROGRESS))))
        .isTrue();
    assertThat(KafkaOutage.is(unexpected(Errors.INVALID_GROUP_ID))).isFalse();
    assertThat(KafkaOutage.is(unexpected(Errors.UNKNOWN_TOPIC_OR_PARTITION))).isFalse();
    assertThat(
            KafkaOutage.is(new OperationException(Errors.COORDINATOR_LOAD_IN_PROGRESS.message())))
        .isFalse();
  }

  private static KafkaException unexpected(Errors error) {
    return new KafkaException("Unexpected error from SyncGroup: " + error.message());
  }

  /** It goes on once the broker is mended, and to end would mend nothing. */
  @Test
  void shouldBeOneWhenABrokerHasToBeMended() {
    assertThat(KafkaOutage.is(new KafkaStorageException("disk"))).isTrue();
    assertThat(KafkaOutage.is(new ListenerNotFoundException("none"))).isTrue();
  }

  @Test
  void shouldBeNoneWhenATopicWasMadeAnew() {
    assertThat(KafkaOutage.is(new InconsistentTopicIdException("other"))).isFalse();
    assertThat(KafkaOutage.is(new FetchSessionTopicIdException("other"))).isFalse();
    assertThat(KafkaOutage.is(new KafkaException("unread", new UnknownTopicIdException("gone"))))
        .isFalse();
  }

  @Test
  void shouldBeNoneWhenKafkaRefusesOrHasLostATopic() {
    assertThat(KafkaOutage.is(new TopicAuthorizationException("no"))).isFalse();
    assertThat(KafkaOutage.is(new RecordTooLargeException("long"))).isFalse();
    assertThat(KafkaOutage.is(new UnknownTopicOrPartitionException("gone"))).isFalse();
    assertThat(
            KafkaOutage.is(new TimeoutException("late", new UnknownTopicOrPartitionException(""))))
        .isFalse();
  }

  private static KafkaException unresolved() {
    try (var never =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", "nowhere.invalid:9092"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      throw new AssertionError("the name resolves: " + never);
    } catch (KafkaException e) {
      return e;
    }
  }
}
