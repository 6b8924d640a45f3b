package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.mapping.PlatformMapping;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EmbeddedEngineTest {

  private static final CompletableFuture<Void> ENDED = CompletableFuture.completedFuture(null);

  /** It may end in good order when its connection does; that is no defect then. */
  @Test
  void shouldBlamePostgresWhenTheEngineAndOurLockHaveEnded() {
    SQLException gone = new SQLException("gone", "57P01");
    Source source =
        source(
            () -> {
              throw gone;
            });

    assertThatThrownBy(() -> EmbeddedEngine.isRunning(ENDED, source, new CountDownLatch(1)))
        .isSameAs(gone);
  }

  @Test
  void shouldBlameTheEngineWhenOurLockIsStillThere() {
    Source source = source(() -> stub(Statement.class, () -> false));

    assertThatThrownBy(() -> EmbeddedEngine.isRunning(ENDED, source, new CountDownLatch(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the engine has ended by itself");
  }

  private interface Answer {
    Object get() throws SQLException;
  }

  private static Source source(Answer statement) {
    Connection connection = stub(Connection.class, statement);
    CaptureSettings settings =
        Configuration.load(
                new Sources(null, Map.of(), Map.of()), List.of(CaptureSettings.class), List.of())
            .get(CaptureSettings.class);
    return new Source(
        connection, settings, new Publication(connection, "p", PlatformMapping.create()));
  }

  /** Answers all that is asked of it in that one way; closes. */
  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> method.getName().equals("close") ? null : answer.get()));
  }
}
