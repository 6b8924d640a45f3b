package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The figures of docs/sizing.md are those that were measured. */
class SizingPageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final double BYTES_OF_A_SESSION_IN_GB_OF_A_MILLION = 1e6 / 1e9;

  @Test
  void shouldTellWhatWasMeasured() throws IOException {
    Series start = measured("sessions");
    Series changes = measured("changes");

    assertThat(Files.readString(DOCS.resolve("sizing.md")))
        .contains(
            "**%s bytes a session**: %s for document and guard"
                .formatted(bytes(start, "Redis"), bytes(start, "Redis: values")))
        .contains("and %s for its place in the index".formatted(bytes(start, "Redis: index")))
        .contains(row("`changes`", "Kafka: changes", start, changes))
        .contains(row("`entries`", "Kafka: entries", start, changes))
        .contains(row("changelogs of the state", "Kafka: changelogs", start, changes))
        .contains("**%s** | **%s**".formatted(bytes(start, "Kafka"), bytes(changes, "Kafka")))
        .contains("about: 2 × %s bytes × R".formatted(bytes(start, "Kafka")))
        .contains("is written %s bytes × M".formatted(bytes(changes, "Kafka")))
        .contains("`project.state.dir`: %s bytes a session".formatted(bytes(start, "disk")))
        .contains("at most %s MB".formatted(Numbers.three(start.peakMegabytes().median())))
        .contains("Redis holds all | %s |".formatted(Numbers.three(start.seconds().median())))
        .contains(
            "%s GB, `maxmemory"
                .formatted(
                    Numbers.three(sum(start, "Redis") * BYTES_OF_A_SESSION_IN_GB_OF_A_MILLION)));
  }

  private static Series measured(String unit) throws IOException {
    return new Kept(DOCS)
        .results().stream()
            .filter(result -> result.area().equals("size"))
            .flatMap(result -> result.cases().stream())
            .filter(one -> one.unit().equals(unit))
            .map(one -> one.series().get(0))
            .findFirst()
            .orElseThrow();
  }

  private static String row(String name, String place, Series start, Series changes) {
    return "| %s | %s | %s |".formatted(name, bytes(start, place), bytes(changes, place));
  }

  private static String bytes(Series series, String place) {
    return Numbers.three(sum(series, place));
  }

  private static double sum(Series series, String place) {
    return series.bytes().entrySet().stream()
        .filter(one -> one.getKey().startsWith(place))
        .mapToDouble(one -> one.getValue().median())
        .sum();
  }
}
