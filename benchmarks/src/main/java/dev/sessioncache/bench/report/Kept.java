package dev.sessioncache.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The results in {@code docs/performance}, and the page beside it that is made of them. */
public final class Kept {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .setSerializationInclusion(JsonInclude.Include.NON_EMPTY);

  static {
    JsonSetter.Value empty = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    JSON.configOverride(Map.class).setSetterInfo(empty);
    JSON.configOverride(List.class).setSetterInfo(empty);
  }

  private final Path page;
  private final Path directory;

  /**
   * @param docs the directory of that name
   */
  public Kept(Path docs) {
    this.page = docs.resolve("performance.md");
    this.directory = docs.resolve("performance");
  }

  /** In the place of the former one of its area. */
  public void write(Result result) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(result.area() + ".json"), json(result) + "\n");
  }

  /** Indented. */
  public static String json(Result result) throws JsonProcessingException {
    return JSON.writeValueAsString(result);
  }

  /** By area. */
  public List<Result> results() throws IOException {
    List<Result> results = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).sorted().toList()) {
        results.add(JSON.readValue(file.toFile(), Result.class));
      }
    }
    return results;
  }

  /** The page and its charts, of all that is kept. */
  public void writePage() throws IOException {
    PerformancePage made = new PerformancePage(results());
    Files.writeString(page, made.text());
    for (Map.Entry<String, String> chart : made.charts().entrySet()) {
      Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
    }
  }

  /** As it stands. */
  public String page() throws IOException {
    return Files.readString(page);
  }
}
