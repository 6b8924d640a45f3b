package dev.sessioncache.dashboard;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All clients that listen: a bounded number. One that is too slow is let go. Thread-safe. */
final class Subscribers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Subscribers.class);

  /** As many may listen. */
  static final int MOST = 50;

  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Takes one more.
   *
   * @param first what it is sent first
   * @return false when there are too many
   */
  synchronized boolean add(Subscriber.Client client, List<Message> first) {
    subscribers.removeIf(Subscriber::hasEnded);
    if (closed || subscribers.size() >= MOST) {
      return false;
    }
    Subscriber subscriber = new Subscriber(client);
    first.forEach(subscriber::offer);
    subscribers.add(subscriber);
    subscriber.start();
    return true;
  }

  void send(Message message) {
    for (Subscriber subscriber : subscribers) {
      if (subscriber.hasEnded()) {
        subscribers.remove(subscriber);
      } else if (!subscriber.offer(message)) {
        log.info("event=dashboard_client_too_slow");
        subscribers.remove(subscriber);
        subscriber.end();
      }
    }
  }

  int count() {
    return subscribers.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    subscribers.forEach(Subscriber::end);
    subscribers.clear();
  }
}
