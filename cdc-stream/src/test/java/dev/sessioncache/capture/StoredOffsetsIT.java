package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why capture stores no offsets (docs/decisions/0003): what Debezium's engine loses on a restart
 * when it does. One of these that fails says that Debezium has been mended.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class StoredOffsetsIT {

  private Path directory;
  private CaptureRig rig;

  @BeforeEach
  void makeRig(Stack stack, @TempDir Path offsets, TestInfo test) throws Exception {
    directory = offsets;
    rig =
        new CaptureRig(
            stack, "offsets_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000));
    rig.tables.execute(
        "create publication session_cache_warmer for table platform.user_sessions, platform.users");
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  /**
   * <a href="https://github.com/debezium/dbz/issues/76">dbz#76</a>, which shows with transaction
   * metadata; compare {@code
   * CaptureRestartIT.shouldLoseNothingOfALongTransactionThatSpansARestart}.
   */
  @Test
  void shouldLoseRowsOfALongTransactionThatSpansARestart() throws Exception {
    Properties properties = properties(2048);
    properties.put("provide.transaction.metadata", "true");
    List<String> delivered = new ArrayList<>();
    try (Connection longOne = rig.tables.open()) {
      try (StoredOffsetsEngine engine = new StoredOffsetsEngine(properties, Integer.MAX_VALUE)) {
        awaitStreaming();
        longOne.setAutoCommit(false);
        SourceTables.execute(longOne, insert(1, 5));
        rig.tables.execute(insert(101, 101));
        SourceTables.execute(longOne, insert(6, 10));
        await("the short one").atMost(CaptureRig.SOON).until(() -> engine.stored().size() == 1);
        delivered.addAll(engine.inserted());
      }
      longOne.commit();
    }
    rig.tables.execute(insert(102, 102));
    delivered.addAll(restartedUntil(properties, "102"));

    assertThat(delivered).hasSizeLessThan(12);
  }

  /**
   * <a href="https://github.com/debezium/dbz/issues/1554">dbz#1554</a>; compare {@code
   * CaptureRestartIT.shouldLoseNothingOfACopyWhenKilledInItsMiddle}.
   */
  @Test
  void shouldLoseRowsOfACopyWhenRestartedInItsMiddle() throws Exception {
    Properties properties = properties(7);
    List<String> delivered = new ArrayList<>();
    try (StoredOffsetsEngine engine = new StoredOffsetsEngine(properties, 700)) {
      awaitStreaming();
      rig.tables.execute(SourceTables.COPY_5000);
      await("its first rows").atMost(CaptureRig.SOON).until(() -> engine.stored().size() >= 700);
      delivered.addAll(engine.inserted());
    }
    rig.tables.execute(insert(9999, 9999));
    delivered.addAll(restartedUntil(properties, "9999"));

    assertThat(delivered.stream().distinct()).hasSizeLessThan(5001);
  }

  private List<String> restartedUntil(Properties properties, String lastId) throws Exception {
    try (StoredOffsetsEngine engine = new StoredOffsetsEngine(properties, Integer.MAX_VALUE)) {
      await("the last row")
          .atMost(CaptureRig.SOON)
          .until(() -> engine.inserted().stream().anyMatch(id -> id.endsWith(lastId)));
      return engine.inserted();
    }
  }

  private Properties properties(int batchSize) {
    Properties properties =
        EngineProperties.of(rig.url, rig.settings(batchSize), rig.mapping(), false);
    properties.put("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
    properties.put("offset.storage.file.filename", directory.resolve("offsets").toString());
    properties.remove("errors.max.retries");
    properties.put("offset.flush.interval.ms", "0");
    return properties;
  }

  private void awaitStreaming() {
    await("streaming").atMost(CaptureRig.SOON).until(() -> rig.sentLsn() > 0);
  }
}
