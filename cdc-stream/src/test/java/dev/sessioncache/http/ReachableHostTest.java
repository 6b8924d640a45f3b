package dev.sessioncache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReachableHostTest {

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "0:0:0:0:0:0:0:0"})
  void shouldNameThisMachineWhenItListensOnAllAddresses(String wildcard) {
    assertThat(ReachableHost.inUrl(wildcard))
        .isNotEmpty()
        .isNotEqualTo(wildcard)
        .doesNotContain(":");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,127.0.0.1", "192.0.2.7,192.0.2.7", "::1,[::1]"})
  void shouldKeepAnAddressThatOthersReach(String host, String told) {
    assertThat(ReachableHost.inUrl(host)).isEqualTo(told);
  }

  @Test
  void shouldKeepANameThatIsNotKnownHere() {
    assertThat(ReachableHost.inUrl("cache-1.invalid")).isEqualTo("cache-1.invalid");
  }
}
