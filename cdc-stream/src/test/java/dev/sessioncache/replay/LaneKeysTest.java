package dev.sessioncache.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessioncache.command.OperationException;
import org.junit.jupiter.api.Test;

class LaneKeysTest {

  private static final int KEYS = 50_000;

  @Test
  void shouldTellLiveKeysFromOthersWhenItHasGrown() {
    LaneKeys keys = new LaneKeys(KEYS * 4L);
    for (int i = 0; i < KEYS; i++) {
      assertThat(keys.add("key" + i)).isTrue();
      if (i % 3 == 0) {
        keys.lastIsLive();
      }
    }

    for (int i = 0; i < KEYS; i++) {
      assertThat(keys.add("key" + i)).isFalse();
      assertThat(keys.isLive(LaneKeys.hash("key" + i))).isEqualTo(i % 3 == 0);
      assertThat(keys.contains("other" + i)).isFalse();
      assertThat(keys.isLive(LaneKeys.hash("other" + i))).isFalse();
    }
    assertThat(keys.size()).isEqualTo(KEYS);
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoMemoryForMore() {
    LaneKeys keys = new LaneKeys(1_000);

    assertThatExceptionOfType(OperationException.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < KEYS; i++) {
                keys.add("key" + i);
              }
            })
        .withMessageContaining("JAVA_OPTS");
  }
}
