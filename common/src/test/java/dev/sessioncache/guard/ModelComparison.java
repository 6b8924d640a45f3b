package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardModel.Event;
import dev.sessioncache.guard.GuardModel.Step;
import dev.sessioncache.guard.GuardModel.Write;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs many sequences of steps side by side, each on a key of its own, on the model and through the
 * script, and compares every answer and the state after every step. The keys share calls and round
 * trips, so that hundreds of thousands of sequences take seconds.
 */
final class ModelComparison {

  private static final Duration TTL = Duration.ofMinutes(1);

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final String digest;
  private final String generation;
  private final String formerGeneration;

  ModelComparison(RedisConnection connection, GuardSettings settings) {
    this.connection = connection;
    this.settings = settings;
    this.digest = connection.sync().scriptLoad(GuardScript.source());
    this.formerGeneration = new Generation(settings).renew(connection);
    this.generation = new Generation(settings).renew(connection);
  }

  /**
   * Runs sequences of the same length.
   *
   * @param full for each step whether Redis is at its memory limit meanwhile
   * @param name of the run, for the message of a failure
   */
  void run(List<List<Step>> sequences, List<Boolean> full, String name) {
    List<GuardModel> models = sequences.stream().map(sequence -> new GuardModel()).toList();
    for (int i = 0; i < sequences.get(0).size(); i++) {
      int step = i;
      List<Step> steps = sequences.stream().map(sequence -> sequence.get(step)).toList();
      boolean atLimit = full.get(step);
      connection.sync().configSet("maxmemory", atLimit ? "1" : "0");
      happen(steps, models);
      List<@Nullable Integer> answers = write(steps, models);
      List<KeyValue<byte[], byte[]>> state = state(models.size());
      for (int j = 0; j < models.size(); j++) {
        GuardModel model = models.get(j);
        Integer expected = steps.get(j) instanceof Write write ? model.write(write, atLimit) : null;
        String value = text(state.get(j));
        String guard = text(state.get(models.size() + j));
        if (!Objects.equals(answers.get(j), expected) || !model.hasState(value, guard)) {
          assertThat("answer %s, value %s, guard %s".formatted(answers.get(j), value, guard))
              .as("%s: step %d of %s, full %s", name, step, sequences.get(j), full)
              .isEqualTo("answer %s, %s", expected, model);
        }
      }
    }
    connection.sync().configSet("maxmemory", "0");
    connection.sync().del(keys(models.size()).toArray(byte[][]::new));
  }

  /** Runs sequences of writes, those of one key in one call, and compares answers and end. */
  void runTogether(List<List<Write>> sequences, String name) {
    List<GuardedWrite> batch = new ArrayList<>();
    List<GuardModel> models = new ArrayList<>();
    List<Long> expected = new ArrayList<>();
    for (List<Write> sequence : sequences) {
      String key = key(models.size());
      GuardModel model = new GuardModel();
      models.add(model);
      for (Write write : sequence) {
        batch.add(write(key, write));
        expected.add(Objects.requireNonNull(model.write(write, false)).longValue());
      }
    }
    assertThat(call(batch, generation)).as(name).isEqualTo(expected);
    List<KeyValue<byte[], byte[]>> state = state(models.size());
    for (int j = 0; j < models.size(); j++) {
      String value = text(state.get(j));
      String guard = text(state.get(models.size() + j));
      assertThat(models.get(j).hasState(value, guard))
          .as("%s: %s ends with value %s, guard %s", name, sequences.get(j), value, guard)
          .isTrue();
    }
    connection.sync().del(keys(models.size()).toArray(byte[][]::new));
  }

  private void happen(List<Step> steps, List<GuardModel> models) {
    List<byte[]> gone = new ArrayList<>();
    for (int j = 0; j < models.size(); j++) {
      if (steps.get(j) instanceof Event event) {
        models.get(j).happen(event);
        if (event == Event.VALUE_EXPIRES || event == Event.REDIS_IS_EMPTIED) {
          gone.add(bytes(key(j)));
        }
        if (event == Event.GUARD_EXPIRES || event == Event.REDIS_IS_EMPTIED) {
          gone.add(bytes(settings.guardKey(key(j))));
        }
      }
    }
    if (!gone.isEmpty()) {
      connection.sync().del(gone.toArray(byte[][]::new));
    }
  }

  /** The answer by sequence; null where there was no write, or the generation was lost. */
  private List<@Nullable Integer> write(List<Step> steps, List<GuardModel> models) {
    @Nullable Integer[] answers = new @Nullable Integer[models.size()];
    for (boolean lost : new boolean[] {false, true}) {
      List<Integer> writing =
          IntStream.range(0, models.size())
              .filter(j -> steps.get(j) instanceof Write)
              .filter(j -> models.get(j).generationLost() == lost)
              .boxed()
              .toList();
      List<Long> codes =
          call(
              writing.stream().map(j -> write(key(j), (Write) steps.get(j))).toList(),
              lost ? formerGeneration : generation);
      if (lost) {
        assertThat(codes).as("answers to writes of a former generation").isEmpty();
      } else {
        for (int k = 0; k < writing.size(); k++) {
          answers[writing.get(k)] = codes.get(k).intValue();
        }
      }
    }
    return Arrays.asList(answers);
  }

  private List<Long> call(List<GuardedWrite> writes, String believed) {
    List<RedisFuture<List<Long>>> answers = new ArrayList<>();
    connection.setAutoFlushCommands(false);
    for (GuardCall call :
        GuardCall.split(
            writes,
            new GuardCall.Common(Placement.onOneServer(settings), believed, 0),
            GuardCall.MAX_WRITES)) {
      answers.add(
          connection
              .async()
              .evalsha(digest, ScriptOutputType.MULTI, call.keys(), call.arguments()));
    }
    connection.flushCommands();
    connection.setAutoFlushCommands(true);
    return answers.stream()
        .map(CompletionStage::toCompletableFuture)
        .flatMap(answer -> answer.join().stream())
        .toList();
  }

  private static GuardedWrite write(String key, Write write) {
    String position = write.position().encode();
    String document = write.document();
    return document == null
        ? GuardedWrite.removal(key, position)
        : GuardedWrite.put(key, position, bytes(document), TTL);
  }

  private List<KeyValue<byte[], byte[]>> state(int keys) {
    return connection.sync().mget(keys(keys).toArray(byte[][]::new));
  }

  private Stream<byte[]> keys(int count) {
    return Stream.concat(
        IntStream.range(0, count).mapToObj(j -> bytes(key(j))),
        IntStream.range(0, count).mapToObj(j -> bytes(settings.guardKey(key(j)))));
  }

  private static String key(int sequence) {
    return "sequence:" + sequence;
  }

  private static @Nullable String text(KeyValue<byte[], byte[]> field) {
    return field.map(value -> new String(value, UTF_8)).getValueOrElse(null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
