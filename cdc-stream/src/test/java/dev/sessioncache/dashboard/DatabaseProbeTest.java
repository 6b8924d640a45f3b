package dev.sessioncache.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whose connections are closed, and when. */
class DatabaseProbeTest {

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  private Connection connection() {
    opened.incrementAndGet();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                closed.incrementAndGet();
              }
              return method.getName().equals("isValid") ? true : null;
            });
  }

  @Test
  void shouldCloseItsOneConnectionWhenItIsClosed() throws SQLException {
    DatabaseProbe probe = new DatabaseProbe(this::connection);
    assertThat(probe.ask()).isTrue();
    assertThat(probe.ask()).isTrue();

    probe.close();

    assertThat(opened).hasValue(1);
    assertThat(closed).hasValue(1);
  }

  @Test
  void shouldCloseAConnectionThatIsMadeWhileItIsClosed() {
    List<DatabaseProbe> probes = new ArrayList<>();
    DatabaseProbe probe =
        new DatabaseProbe(
            () -> {
              probes.forEach(DatabaseProbe::close);
              return connection();
            });
    probes.add(probe);

    assertThatThrownBy(probe::ask).isInstanceOf(SQLException.class);

    assertThat(closed).hasValue(1);
  }
}
