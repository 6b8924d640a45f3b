package dev.sessioncache.verify;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the rounds in the background have found, for metrics. Thread-safe; written by one thread.
 */
public final class VerifyMeters {

  /** A share of so few says little: until then the last round speaks. */
  private static final long ENOUGH = 1_000;

  private static final String PREFIX = "warmer.verify.";

  /**
   * What is told at one moment.
   *
   * @param before of all rounds but the present one
   * @param now of the present round
   * @param last of the last round that came to its end; null before the first
   * @param sinceNanos when that was; before the first, when this process began to try; null while
   *     it does not
   */
  private record Told(
      Figures before, Figures now, @Nullable Figures last, @Nullable Long sinceNanos) {}

  private volatile Told told = new Told(Figures.NONE, Figures.NONE, null, null);

  public VerifyMeters(MeterRegistry meters) {
    counter(meters, "checked", "Sessions compared with Postgres", Figures::checked);
    counter(meters, "repaired", "Values that were put right", Figures::repaired);
    counter(meters, "behind", "Sessions in lanes that stand still", Figures::behind);
    counter(meters, "busy", "Sessions that change all the time", Figures::busy);
    for (Kind kind : Kind.values()) {
      FunctionCounter.builder(
              PREFIX + "drift", this, my -> my.total(figures -> figures.drift(kind)))
          .description("Values that are not what the rows of Postgres make")
          .tag("kind", kind.label())
          .register(meters);
    }
    Gauge.builder(PREFIX + "consistency", this, VerifyMeters::consistency)
        .description("Share of the compared sessions that are proven right; NaN before the first")
        .register(meters);
    Gauge.builder(PREFIX + "round.age", this, VerifyMeters::secondsSinceLastRound)
        .description(
            "Time since the last round has ended, before the first since this process began to try;"
                + " NaN while it makes none")
        .baseUnit("seconds")
        .register(meters);
  }

  private void counter(
      MeterRegistry meters, String name, String description, ToDoubleFunction<Figures> value) {
    FunctionCounter.builder(PREFIX + name, this, my -> my.total(value))
        .description(description)
        .register(meters);
  }

  private double total(ToDoubleFunction<Figures> value) {
    Told present = told;
    return value.applyAsDouble(present.before()) + value.applyAsDouble(present.now());
  }

  private double consistency() {
    Told present = told;
    Figures figures =
        present.last() == null || present.now().checked() >= ENOUGH
            ? present.now()
            : present.last();
    return figures.consistency().share();
  }

  private double secondsSinceLastRound() {
    Long since = told.sinceNanos();
    return since == null ? Double.NaN : (System.nanoTime() - since) / 1e9;
  }

  /** This process tries to make rounds, from now on if it did not. */
  void tries() {
    Told present = told;
    if (present.sinceNanos() == null) {
      told = new Told(present.before(), present.now(), present.last(), System.nanoTime());
    }
  }

  /** Another process makes the rounds: its time counts, not that of one that has made none. */
  void leftToAnother() {
    Told present = told;
    if (present.last() == null) {
      told = new Told(present.before(), present.now(), null, null);
    }
  }

  void update(Figures present) {
    told = new Told(told.before(), present, told.last(), told.sinceNanos());
  }

  /** The present round has come to an end, or was broken off. */
  void ended(boolean complete) {
    Told present = told;
    told =
        new Told(
            present.before().plus(present.now()),
            Figures.NONE,
            complete ? present.now() : present.last(),
            complete ? (Long) System.nanoTime() : present.sinceNanos());
  }
}
