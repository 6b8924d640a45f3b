package dev.sessioncache.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sessions that are touched all the time, over a connection and a thread of its own. */
final class SteadyChanges implements AutoCloseable {

  private static final int SESSIONS = 20;
  private static final long END_SECONDS = 10;

  private final CompletableFuture<Void> ended;
  private volatile boolean closed;

  SteadyChanges(Pipeline pipeline, String user) {
    for (int i = 0; i < SESSIONS; i++) {
      pipeline.session("steady-" + i, user);
    }
    this.ended = CompletableFuture.runAsync(() -> change(pipeline));
  }

  private void change(Pipeline pipeline) {
    try (Connection connection = pipeline.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; !closed; i = (i + 1) % SESSIONS) {
        statement.execute(
            "update platform.user_sessions set request_count = request_count + 1 where token ="
                + " 'steady-"
                + i
                + "'");
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fails when changes have come to an end. */
  void check() {
    if (ended.isDone()) {
      ended.join();
    }
  }

  @Override
  public void close() throws ExecutionException, InterruptedException, TimeoutException {
    closed = true;
    ended.get(END_SECONDS, TimeUnit.SECONDS);
  }
}
