package dev.sessioncache.topic;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.FetchSessionTopicIdException;
import org.apache.kafka.common.errors.InconsistentTopicIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Tells a Kafka that is away for a while from one that refuses, or has lost something. Decides on
 * the types of the causes; on message text only where Kafka's client keeps nothing else of an error
 * that the broker has answered.
 *
 * @see <a
 *     href="https://kafka.apache.org/41/javadoc/org/apache/kafka/common/errors/RetriableException.html">
 *     RetriableException</a>
 */
public final class KafkaOutage {

  /**
   * Kafka takes them for what passes by itself; a topic that was deleted, or made again with
   * another id, does not come back.
   */
  private static final List<Class<? extends Exception>> LASTING =
      List.of(
          UnknownTopicOrPartitionException.class,
          UnknownTopicIdException.class,
          InconsistentTopicIdException.class,
          FetchSessionTopicIdException.class,
          CorruptRecordException.class);

  private KafkaOutage() {}

  /**
   * Whether a failure of a program that has reached Kafka before is, by itself or by its causes,
   * that Kafka does not answer, has no leader, or has names that do not resolve at the moment: time
   * alone may mend it. So may who mends a broker: one that can't use its disk, or that lacks a
   * listener, is waited for too, since nothing is to be done here once it can.
   */
  public static boolean is(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .map(KafkaOutage::typed)
            .toList();
    return causes.stream().noneMatch(cause -> LASTING.stream().anyMatch(t -> t.isInstance(cause)))
        && causes.stream()
            .anyMatch(
                cause ->
                    cause instanceof RetriableException
                        || cause instanceof ConfigException); // by a client made anew: no address
  }

  /**
   * An answer of the coordinator that a member of its group does not expect is thrown as a plain
   * exception that ends in the text of the error; returns the error's own. A coordinator that has
   * just started answers {@code SyncGroup} so, while it loads the group. The texts are those of a
   * package that Kafka calls internal; they stand nowhere else.
   *
   * @see <a
   *     href="https://github.com/apache/kafka/blob/4.3/clients/src/main/java/org/apache/kafka/clients/consumer/internals/AbstractCoordinator.java">
   *     AbstractCoordinator, "Unexpected error from SyncGroup"</a>
   */
  private static Throwable typed(Throwable cause) {
    String message = cause.getMessage();
    if (cause.getClass() != KafkaException.class || message == null) {
      return cause;
    }
    return Stream.of(Errors.values())
        .filter(error -> error != Errors.NONE && message.endsWith(error.message()))
        .findFirst()
        .<Throwable>map(Errors::exception)
        .orElse(cause);
  }
}
