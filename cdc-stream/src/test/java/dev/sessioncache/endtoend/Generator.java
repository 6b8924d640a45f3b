package dev.sessioncache.endtoend;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions on several connections at the same time; what each of them does follows from
 * the seed. A transaction that fails, or whose connection breaks, is no error here: the ledger
 * tells whether it was committed. Owns its threads and connections.
 */
final class Generator implements AutoCloseable {

  /** Enough for the hot sessions to meet. */
  static final int USUAL_CONNECTIONS = 4;

  private static final Duration PAUSE = Duration.ofMillis(24);
  private static final Duration RECONNECT = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

  private final SourceDatabase database;
  private final Population population;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong committed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /**
   * @param connections each with some 40 transactions a second
   */
  Generator(SourceDatabase database, Population population, long seed, int connections) {
    this.database = database;
    this.population = population;
    for (int i = 0; i < connections; i++) {
      Random random = new Random(seed * 31 + i);
      threads.add(new Thread(() -> run(random), "generator-" + i));
    }
  }

  /** Users and sessions to begin with. */
  void fill() throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Transaction transaction = new Transaction(connection, new Random(0), population);
      for (int user = 0; user < Population.USERS; user++) {
        transaction.insertUser(Population.userId(user));
      }
      for (int place = 0; place < Population.SESSIONS; place++) {
        transaction.insert(place);
      }
      connection.commit();
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  long committed() {
    return committed.get();
  }

  long failed() {
    return failed.get();
  }

  /** Throws what ended a thread, if anything did. */
  void check() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  private void run(Random random) {
    try {
      while (!closed) {
        try (Connection connection = database.connect()) {
          connection.setAutoCommit(false);
          runOn(connection, random);
        } catch (SQLException e) {
          Thread.sleep(RECONNECT.toMillis());
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runOn(Connection connection, Random random)
      throws SQLException, InterruptedException {
    while (!closed) {
      TransactionKind kind = TransactionKind.draw(random);
      try {
        kind.run(new Transaction(connection, random, population));
        connection.commit();
        committed.incrementAndGet();
      } catch (SQLException e) {
        failed.incrementAndGet();
        connection.rollback(); // a deadlock or a conflict; fails when the connection is gone
      }
      Thread.sleep(random.nextInt(2 * (int) PAUSE.toMillis()));
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join(CLOSE_TIMEOUT.toMillis());
    }
  }
}
