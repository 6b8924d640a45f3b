package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.Lanes;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {

  private static final long SEED = 20_261_122;

  /** So that producers of others can find the lane of a user by Kafka's own means. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 7, 1024})
  void shouldBeWhereKafkaPlacesARecordKeyedByTheUser(int count) {
    Lanes lanes = new Lanes(count);
    Random random = new Random(SEED);

    IntStream.range(0, 1_000)
        .mapToObj(i -> new UUID(random.nextLong(), random.nextLong()).toString())
        .forEach(
            user ->
                assertThat(lanes.of(user))
                    .as("user %s, seed %s", user, SEED)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(user.getBytes(UTF_8), count)));
  }

  @Test
  void shouldPlaceAUserWithoutAsciiByItsUtf8Bytes() {
    assertThat(new Lanes(1024).of("Zoë"))
        .isEqualTo(BuiltInPartitioner.partitionForKey("Zoë".getBytes(UTF_8), 1024));
  }

  @Test
  void shouldNeverMoveAUserWhenTheProgramChanges() {
    assertThat(new Lanes(4).of("7f9c24e8-3b12-4fef-91e0-5b2a7d1c0a11")).isEqualTo(0);
  }
}
