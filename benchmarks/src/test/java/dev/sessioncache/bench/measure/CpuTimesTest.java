package dev.sessioncache.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuTimesTest {

  @Test
  void shouldKnowABrokerBehindALongClassPath() {
    String java = "/usr/bin/java\0-cp\0" + "/a/long/path.jar:".repeat(1_000);

    assertThat(CpuTimes.programOf(java + "\0dev.sessioncache.localstack.BrokerMain"))
        .isEqualTo(CpuTimes.KAFKA);
    assertThat(CpuTimes.programOf(java + "\0dev.sessioncache.app.CdcStream"))
        .isEqualTo(CpuTimes.PROGRAMS);
    assertThat(CpuTimes.programOf("/x/bin/postgres\0-D\0/y")).isEqualTo(CpuTimes.POSTGRES);
    assertThat(CpuTimes.programOf("/x/redis-server 127.0.0.1:1")).isEqualTo(CpuTimes.REDIS);
  }

  @Test
  void shouldTellWhatWasTakenInBetween() {
    CpuTimes before = new CpuTimes(Map.of("redis", 1.5));
    CpuTimes now = new CpuTimes(Map.of("redis", 2.0, "kafka", 0.25));

    assertThat(now.since(before).seconds())
        .containsExactlyInAnyOrderEntriesOf(Map.of("redis", 0.5, "kafka", 0.25));
  }
}
