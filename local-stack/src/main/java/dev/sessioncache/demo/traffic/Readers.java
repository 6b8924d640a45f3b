package dev.sessioncache.demo.traffic;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The users of an application: have their sessions validated as often as they use them. What is no
 * valid session any more does not count. One thread.
 */
public final class Readers implements AutoCloseable {

  /** Reads per second: enough for a hit rate to three digits, little beside what is measured. */
  static final int RATE = 500;

  private final LiveSessions live;
  private final Validator application;
  private final SplittableRandom random;
  private final Pacer pacer = new Pacer(RATE);
  private final Loop loop;
  private volatile HitRate hitRate = new HitRate(0, 0);

  /**
   * Starts.
   *
   * @param application is closed with this
   * @param patience how long it may fail in a row
   */
  public Readers(LiveSessions live, Validator application, Duration patience, long seed) {
    this.live = live;
    this.application = application;
    this.random = new SplittableRandom(seed);
    this.loop = Loop.start("readers", patience, this::read);
  }

  /** All reads so far. */
  public HitRate hitRate() {
    return hitRate;
  }

  /** Ends the demo when nobody has read for too long. */
  public void check() {
    loop.check();
  }

  private void read() throws Exception {
    pacer.await();
    SessionRef session = live.pick(random);
    if (session == null) {
      return;
    }
    Validator.Verdict verdict = application.validate(session.token());
    if (verdict != Validator.Verdict.INVALID) {
      long hits = hitRate.hits() + (verdict == Validator.Verdict.HIT ? 1 : 0);
      hitRate = new HitRate(hitRate.reads() + 1, hits);
    }
  }

  @Override
  public void close() {
    application.close(); // a read that waits for its answer ends with it
    loop.close();
  }
}
