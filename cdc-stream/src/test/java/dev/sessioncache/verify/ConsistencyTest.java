package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsistencyTest {

  @ParameterizedTest
  @CsvSource({
    "1000000, 1000000, 100 %, 6",
    "0, 0, -, 0",
    "999990, 1000000, 99.9990 % (5 nines), 5",
    "999999, 1000000, 99.99990 % (6 nines), 6",
    "999989, 1000000, 99.998 % (4 nines), 4",
    "9, 10, 90.00 % (1 nine), 1",
    "599, 600, 99.83 % (2 nines), 2",
    "0, 5, 0.00 % (0 nines), 0",
    "99999999, 100000000, 99.9999990 % (8 nines), 8"
  })
  void shouldTellTheShareInNines(long right, long checked, String text, int nines) {
    Consistency consistency = new Consistency(right, checked);

    assertThat(consistency.text()).isEqualTo(text);
    assertThat(consistency.nines()).isEqualTo(nines);
  }
}
