package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {

  @ParameterizedTest
  @CsvSource({"1024, 1024", "3kb, 3072", "512mb, 536870912", "2gb, 2147483648"})
  void shouldReadBytes(String text, long bytes) {
    assertThat(MemoryBudget.parse(text).bytes(() -> 0)).isEqualTo(OptionalLong.of(bytes));
  }

  @Test
  void shouldReadAShareOfMaxmemory() {
    assertThat(MemoryBudget.parse("80%").bytes(() -> 1_000)).isEqualTo(OptionalLong.of(800));
    assertThat(MemoryBudget.parse("80%").bytes(() -> 0)).as("without maxmemory").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "0%", "101%", "-1", "1.5gb", "2 gb", "2tb", "all", "17179869184gb"})
  void shouldRefuseWhatIsNeither(String text) {
    assertThatThrownBy(() -> MemoryBudget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512mb");
  }
}
