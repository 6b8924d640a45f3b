package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTest {

  @TempDir private Path docs = Path.of("");

  @Test
  void shouldReadWhatItHasWritten() throws IOException {
    Run whole = new Run(10, 2, Map.of("redis", 1.0), 30);
    Run each =
        new Run(10, 2, Map.of(), 0, Map.of("p50", 40.0), List.of(0.5, 0.9), Map.of("Kafka", 9.0));
    Result result =
        new Result(
            "warm",
            "2026-01-31T12:00:00Z",
            "./warmer bench warm",
            new Machine("x", 2, 1 << 30, "Linux", "17"),
            List.of(
                new Result.Case(
                    "10",
                    "sessions",
                    "a",
                    null,
                    0,
                    List.of(new Series("a", List.of(whole)), new Series("b", List.of(each))))));

    new Kept(docs).write(result);

    assertThat(new Kept(docs).results()).containsExactly(result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{broken", "{}", "", "null"})
  void shouldNameTheFileThatIsNoResult(String content) throws IOException {
    Path file = Files.createDirectories(docs.resolve("performance")).resolve("warm.json");
    Files.writeString(file, content);

    assertThatThrownBy(new Kept(docs)::results)
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is no result: measure it again with --keep, or restore the file");
    new Kept(docs).requireUsable("warm"); // so that it can be measured again
    assertThatThrownBy(() -> new Kept(docs).requireUsable("read"))
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void shouldMakeThePageWithoutAnyResultAndLeaveNoOtherPictures() throws IOException {
    Path other = Files.createDirectories(docs.resolve("performance")).resolve("warm-7.svg");
    Files.writeString(other, "<svg/>");

    new Kept(docs).writePage();

    assertThat(other).doesNotExist();
    assertThat(new Kept(docs).page()).contains("`./warmer bench warm --keep` measures it");
  }

  @Test
  void shouldSayBeforehandThatNothingCanBeWritten() throws IOException {
    Files.writeString(docs.resolve("performance.md"), "as it was");
    new Kept(docs).requireUsable("warm");
    assertThat(new Kept(docs).page()).isEqualTo("as it was");
    assertThat(docs.resolve("performance")).isEmptyDirectory();

    Files.delete(docs.resolve("performance"));
    Files.writeString(docs.resolve("performance"), "a file");
    assertThatThrownBy(() -> new Kept(docs).requireUsable("warm")).isInstanceOf(IOException.class);
  }
}
