package dev.sessioncache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisReadOnlyException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RedisTroubleTest {

  private static final Duration WAITED = Duration.ofMillis(2_100);

  @Test
  void shouldHandOnTheCodeOfARefusalAndNothingElseOfIt() {
    assertThat(words(new RedisCommandExecutionException("OOM command not allowed: 'token'")))
        .isEqualTo("refused: OOM");
    assertThat(words(new RedisReadOnlyException("READONLY You can't write")))
        .isEqualTo("refused: READONLY");
    assertThat(
            words(
                new RedisCommandExecutionException(
                    "ERR Error running script (call to f_be): @user_script:1: @user_script: 1:"
                        + " -READONLY You can't write against a read only replica.")))
        .isEqualTo("refused: READONLY");
    assertThat(words(new RedisCommandExecutionException("secret-token is odd")))
        .isEqualTo("refused: ERR");
  }

  @Test
  void shouldSayWhatIsMeantForTheOperator() {
    assertThat(words(new OperationException("set maxmemory-policy to noeviction")))
        .isEqualTo("set maxmemory-policy to noeviction");
    assertThat(words(new IllegalStateException("token"))).isEqualTo("IllegalStateException");
  }

  @Test
  void shouldSayForHowLongThereWasNoAnswer() {
    assertThat(words(new RedisCommandTimeoutException("after 2 s")))
        .isEqualTo("no answer in 2100 ms");
    assertThat(words(new TimeoutException())).isEqualTo("no answer in 2100 ms");
  }

  @Test
  void shouldTellARefusedConnectionFromOneThatWasLost() {
    assertThat(
            words(
                new OperationException(
                    "Redis does not answer",
                    new RedisConnectionException("h", new ConnectException("h")))))
        .isEqualTo("connection refused");
    assertThat(words(new RedisException(new IOException("reset")))).isEqualTo("connection lost");
    assertThat(words(new RedisException("Connection closed"))).isEqualTo("connection lost");
    assertThat(
            RedisTrouble.words(
                new RedisException("Connection closed"), RedisConnections.COMMAND_TIMEOUT))
        .as("closed by us")
        .isEqualTo("no answer in 5000 ms");
  }

  private static String words(Exception failure) {
    return RedisTrouble.words(failure, WAITED);
  }
}
