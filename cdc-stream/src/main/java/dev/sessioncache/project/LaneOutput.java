package dev.sessioncache.project;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Where a lane's entries leave. */
final class LaneOutput {

  private final ProcessorContext<Object, Object> context;

  LaneOutput(ProcessorContext<Object, Object> context) {
    this.context = context;
  }

  void emit(Entry entry) {
    context.forward(
        new Record<>(
            EntryFormat.key(entry),
            new Entry.InLane(context.taskId().partition(), entry),
            context.currentSystemTimeMs()),
        LaneProcessor.TO_ENTRIES);
  }
}
