package dev.sessioncache.capture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer that keeps what it is given in its buffer until told otherwise, as the real one does
 * while its broker does not answer.
 */
final class HeldProducer extends MockProducer<String, byte[]> {

  private final Producer<String, byte[]> real;
  private final List<ProducerRecord<String, byte[]>> buffer = new ArrayList<>();
  private final List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
  private boolean armed;
  private boolean holding;

  HeldProducer(Producer<String, byte[]> real) {
    super(true, null, new StringSerializer(), new ByteArraySerializer());
    this.real = real;
  }

  /** From the next row on everything is held; a pulse before it would hold the row up. */
  synchronized void holdFromNextRow() {
    armed = true;
  }

  synchronized List<String> held() {
    return buffer.stream().map(ProducerRecord::key).toList();
  }

  /** Sends what it has held, after its own end, and waits until all of it is written. */
  synchronized void flushLate(Producer<String, byte[]> through) throws Exception {
    for (ProducerRecord<String, byte[]> record : buffer) {
      through.send(record).get();
    }
  }

  /** Sends what it has held, and from now on holds nothing. */
  synchronized void letGo() throws Exception {
    armed = false;
    holding = false;
    for (int i = 0; i < buffer.size(); i++) {
      answers.get(i).complete(real.send(buffer.get(i)).get());
    }
  }

  @Override
  public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
    holding |= armed && record.key().startsWith("user_sessions/");
    if (!holding) {
      return real.send(record);
    }
    buffer.add(record);
    answers.add(new CompletableFuture<>());
    return answers.get(answers.size() - 1);
  }

  @Override
  public void close(Duration timeout) {
    real.close(timeout);
  }
}
