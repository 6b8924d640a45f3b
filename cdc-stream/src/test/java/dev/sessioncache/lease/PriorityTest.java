package dev.sessioncache.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PriorityTest {

  private static final Duration HALF_LIFE = Duration.ofHours(1);
  private static final long HOUR = HALF_LIFE.toMillis();
  private static final long START = 1_700_000_000_000L;

  private final Priority frequency = new Priority.Frequency(HALF_LIFE);

  @Test
  void shouldBeTheLastActivityWhenRecencyCounts() {
    Priority recency = new Priority.Recency();

    assertThat(recency.after(START, null)).isEqualTo(START);
    assertThat(recency.after(START + 1, (double) START)).isEqualTo(START + 1);
  }

  @Test
  void shouldBeAHalfLifeLaterWhenThereAreTwoActivitiesAtOnce() {
    assertThat(rank(START, START)).isCloseTo(START + HOUR, within(1.0));
  }

  @Test
  void shouldNotDependOnTheOrderOfTheActivities() {
    Random random = new Random(7);
    List<Long> activities = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      activities.add(START + (long) (random.nextDouble() * 10 * HOUR));
    }
    double inOrder = rank(activities.stream().sorted().toArray(Long[]::new));

    Collections.shuffle(activities, random);

    assertThat(rank(activities.toArray(Long[]::new))).isCloseTo(inOrder, within(1.0));
  }

  /** The definition: each activity counts 2^(-age/h). */
  @Test
  void shouldRankAsTheDecayedRatesAtAnyLaterMoment() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      Long[] one = activities(random);
      Long[] other = activities(random);
      double ratio = rate(one, START + 20 * HOUR) / rate(other, START + 20 * HOUR);

      assertThat(rank(one) - rank(other))
          .isCloseTo(HOUR * Math.log(ratio) / Math.log(2), within(5.0));
    }
  }

  private static Long[] activities(Random random) {
    Long[] activities = new Long[1 + random.nextInt(30)];
    for (int i = 0; i < activities.length; i++) {
      activities[i] = START + (long) (random.nextDouble() * 20 * HOUR);
    }
    return activities;
  }

  private static double rate(Long[] activities, long now) {
    double sum = 0;
    for (long at : activities) {
      sum += Math.pow(2, (double) (at - now) / HOUR);
    }
    return sum;
  }

  private double rank(Long... activities) {
    double priority = frequency.after(activities[0], null);
    for (int i = 1; i < activities.length; i++) {
      priority = frequency.after(activities[i], priority);
    }
    return priority;
  }
}
