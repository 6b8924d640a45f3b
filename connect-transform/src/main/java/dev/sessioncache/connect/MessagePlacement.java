package dev.sessioncache.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.LaneMessage;
import dev.sessioncache.guard.TransactionId;
import java.io.IOException;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * What a message that the stream has written into the log of Postgres becomes: a pulse, or the end
 * of a baseline, in the lane that the message names.
 */
final class MessagePlacement {

  private final ObjectMapper json = new ObjectMapper();
  private final TransformSettings settings;

  MessagePlacement(TransformSettings settings) {
    this.settings = settings;
  }

  Placed of(Struct envelope) {
    LaneMessage message = read(envelope.getStruct("message").getBytes("content"));
    int lane = message.lane();
    if (lane < 0 || lane >= settings.lanes().count()) {
      throw new DataException(
          "a message names lane "
              + lane
              + ", and lanes is "
              + settings.lanes().count()
              + " here: stream and connector need the same lanes");
    }
    ControlRecords record =
        message.endsBaseline()
            ? ControlRecords.baselineEnd(
                TransactionId.of(envelope.getStruct("source").getInt64("txId")))
            : ControlRecords.pulse(message.atMillis(), message.complete());
    return Placed.of(settings.topic(), lane, record);
  }

  private LaneMessage read(byte[] content) {
    try {
      JsonNode fields = json.readTree(content);
      return LaneMessage.of(fields);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "a message in the log names no lane: run the stream with capture.engine=connect, and have"
              + " message.prefix.include.list name its messages alone",
          e);
    }
  }
}
