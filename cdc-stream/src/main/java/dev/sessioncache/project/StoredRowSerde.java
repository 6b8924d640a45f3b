package dev.sessioncache.project;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A stored row as bytes: timeline, baseline, log position and transaction id, then the columns as
 * JSON.
 */
final class StoredRowSerde {

  private static final int HEAD = Integer.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES;

  private StoredRowSerde() {}

  static Serde<StoredRow> create() {
    ObjectMapper json = new ObjectMapper();
    Serializer<StoredRow> serializer = (topic, row) -> row == null ? null : write(json, row);
    Deserializer<StoredRow> deserializer =
        (topic, bytes) -> bytes == null ? null : read(json, bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] write(ObjectMapper json, StoredRow row) {
    try {
      byte[] columns = json.writeValueAsBytes(row.columns());
      return ByteBuffer.allocate(HEAD + columns.length)
          .putInt(row.epoch().timeline())
          .putInt(row.epoch().baseline())
          .putLong(row.version().lsn())
          .putInt(row.version().transaction().bits())
          .put(columns)
          .array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredRow read(ObjectMapper json, byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try (DataInputStream head = new DataInputStream(in)) {
      Epoch epoch = new Epoch(head.readInt(), head.readInt());
      RowVersion version = new RowVersion(head.readLong(), new TransactionId(head.readInt()));
      return new StoredRow(epoch, version, (ObjectNode) json.readTree((java.io.InputStream) in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
