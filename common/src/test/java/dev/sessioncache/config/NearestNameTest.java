package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KNOWN = List.of("lease.ttl", "lease.bound", "capture.slot");

  @Test
  void shouldFindTheNameWithTheFewestEditsWhenOneIsMistyped() {
    assertThat(NearestName.of("lease.bonud", KNOWN)).hasValue("lease.bound");
  }

  @Test
  void shouldFindNothingWhenNoNameIsSimilar() {
    assertThat(NearestName.of("zzzz", KNOWN)).isEmpty();
  }
}
