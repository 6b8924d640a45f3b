package dev.sessioncache.capture;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Debezium's engine as its documentation sets it up, with offsets in a file. */
final class StoredOffsetsEngine implements AutoCloseable {

  private final List<String> inserted = Collections.synchronizedList(new ArrayList<>());
  private volatile List<String> stored = List.of();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final int holdAfter;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;

  /**
   * Starts it.
   *
   * @param holdAfter takes no further batch after so many rows
   */
  StoredOffsetsEngine(Properties properties, int holdAfter) {
    this.holdAfter = holdAfter;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties)
            .notifying(this::take)
            .using((success, message, error) -> ended.countDown())
            .build();
    Thread thread = new Thread(engine, "stored-offsets-engine");
    thread.setDaemon(true);
    thread.start();
  }

  private void take(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    if (inserted.size() >= holdAfter) {
      new CountDownLatch(1).await(); // until the engine is closed
    }
    for (RecordChangeEvent<SourceRecord> event : events) {
      Struct value = (Struct) event.record().value();
      boolean ofSession =
          value != null
              && value.schema().field("after") != null
              && value.getStruct("after") != null
              && value.getStruct("source").getString("table").equals("user_sessions");
      if (ofSession) {
        inserted.add(value.getStruct("after").getString("id"));
      }
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
    stored = inserted();
  }

  /** Ids of the sessions whose insert it has delivered. */
  List<String> inserted() {
    return List.copyOf(inserted);
  }

  /** Those whose offsets stand in the file. */
  List<String> stored() {
    return stored;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    engine.close();
    if (!ended.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the engine does not end");
    }
  }
}
