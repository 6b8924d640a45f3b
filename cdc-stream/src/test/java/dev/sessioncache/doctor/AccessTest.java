package dev.sessioncache.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccessTest {

  @Test
  void shouldWarnOfAServerElsewhereWhenItIsReachedWithoutTls() {
    assertThat(found(false, false, true))
        .isEqualTo(Finding.warning("x", "no TLS: turn it on (docs/security.md)"));
    assertThat(found(true, false, true)).isEqualTo(Finding.ok("x", "no TLS, on this machine"));
    assertThat(found(false, true, true)).isEqualTo(Finding.ok("x", "TLS"));
  }

  @Test
  void shouldWarnOfTooManyRightsWhereverTheServerIs() {
    assertThat(found(true, true, false))
        .isEqualTo(Finding.warning("x", "too many rights (docs/security.md)"));
  }

  @Test
  void shouldKnowWhatLeavesThisMachine() {
    assertThat(Access.isLocal("localhost")).isTrue();
    assertThat(Access.isLocal("127.0.0.1")).isTrue();
    assertThat(Access.isLocal("192.0.2.1")).isFalse();
    assertThat(Access.isLocal("no-such-host.invalid")).isFalse();
  }

  @Test
  void shouldCallAServerVerifiedOnlyWhenItIsReachedByTls() {
    assertThat(postgres(true, false, false)).isEqualTo("no TLS, on this machine");
    assertThat(postgres(true, false, true)).isEqualTo("no TLS, on this machine");
    assertThat(postgres(true, true, false)).isEqualTo("TLS, no verified server, on this machine");
    assertThat(postgres(false, true, true)).isEqualTo("TLS, verified server");
    assertThat(postgres(false, true, false))
        .startsWith("whether it is the right server is not verified: ");
    assertThat(postgres(false, false, false)).startsWith("no TLS: ").doesNotContain("verified:");
  }

  private static String postgres(boolean local, boolean encrypted, boolean verified) {
    return Access.ofPostgres(local, encrypted, verified).finding().words();
  }

  private static Finding found(boolean local, boolean encrypted, boolean few) {
    return new Access("x", local)
        .needs(encrypted, "TLS", "no TLS: turn it on")
        .must(few, "too many rights")
        .finding();
  }
}
