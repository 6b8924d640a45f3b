package dev.sessioncache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisInfoTest {

  private static final String INFO =
      "# Replication\r\nmaster_role:none\r\nrole:slave\r\nrole_since:5\r\nempty:\r\n";

  @Test
  void shouldReadTheFieldOfThatNameWhenOthersBeginOrEndWithIt() {
    assertThat(RedisInfo.field(INFO, "role")).contains("slave");
  }

  @Test
  void shouldBeEmptyWhenTheServerDoesNotTell() {
    assertThat(RedisInfo.field(INFO, "run_id")).isEmpty();
    assertThat(RedisInfo.field("", "role")).isEmpty();
  }
}
