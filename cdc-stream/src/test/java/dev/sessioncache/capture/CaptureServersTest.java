package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.DatabaseUrl;
import java.io.EOFException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class CaptureServersTest {

  private final CaptureServers servers =
      new CaptureServers(DatabaseUrl.parse("postgres://app:secret@db/app"), "broker:9092");

  @Test
  void shouldBlameTheServerWhoseClientHasFailed() {
    assertThat(servers.blamed(new SQLException("gone", "08006", new EOFException())))
        .contains("Postgres at db:5432/app");
    assertThat(servers.blamed(new IllegalStateException(new SocketException("reset"))))
        .contains("Postgres at db:5432/app");
    assertThat(servers.blamed(new TimeoutException("late"))).contains("Kafka at broker:9092");
  }

  @Test
  void shouldNotBlamePostgresForTheNetworkOfKafka() {
    assertThat(servers.blamed(new TimeoutException("late", new SocketException("reset"))))
        .contains("Kafka at broker:9092");
    assertThat(servers.blamed(new KafkaException("ours", new UnknownHostException("broker"))))
        .isEmpty();
  }

  @Test
  void shouldBlameNoneForWhatIsRefused() {
    assertThat(servers.blamed(new SQLException("no", "42501"))).isEmpty();
  }
}
