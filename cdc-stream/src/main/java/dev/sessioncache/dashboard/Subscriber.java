package dev.sessioncache.dashboard;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A client that listens, and what it has not been sent yet. It has a thread of its own, which may
 * have to wait for it; nobody else does.
 */
final class Subscriber implements Runnable {

  /** More than that, a message a second, and the client is too slow. */
  private static final int BACKLOG = 8;

  /** Where messages go. */
  interface Client {

    /** Sends, and waits for as long as it takes. */
    void send(Message message);

    /** Whether it has gone. */
    boolean isGone();

    void close();
  }

  private final Client client;
  private final BlockingQueue<Message> backlog = new ArrayBlockingQueue<>(BACKLOG);
  private final Thread thread;

  Subscriber(Client client) {
    this.client = client;
    this.thread = new Thread(this, "http-events");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether there was room for it. */
  boolean offer(Message message) {
    return backlog.offer(message);
  }

  @Override
  public void run() {
    try {
      while (!client.isGone()) {
        client.send(backlog.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is to end
    } finally {
      client.close();
    }
  }

  /** Ends it, also while it waits for the client. */
  void end() {
    thread.interrupt();
  }

  boolean hasEnded() {
    return client.isGone() || thread.getState() == Thread.State.TERMINATED;
  }
}
