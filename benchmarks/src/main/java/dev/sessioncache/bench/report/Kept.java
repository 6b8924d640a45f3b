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
import java.nio.file.StandardOpenOption;
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

  /**
   * Before a measurement whose result could not be kept.
   *
   * @throws IOException when the result of that area or the page can't be written, or the result of
   *     another area, for the page, can't be read
   */
  public void requireUsable(String area) throws IOException {
    Files.createDirectories(directory);
    for (Path file : List.of(file(area), page)) {
      if (Files.exists(file)) {
        Files.newByteChannel(file, StandardOpenOption.WRITE).close();
      } else {
        Files.delete(Files.createFile(file));
      }
    }
    for (Path file : files(".json")) {
      if (!file.equals(file(area))) {
        read(file);
      }
    }
  }

  /** In the place of the former one of its area. */
  public void write(Result result) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(file(result.area()), json(result) + "\n");
  }

  /** Indented. */
  public static String json(Result result) throws JsonProcessingException {
    return JSON.writeValueAsString(result);
  }

  /**
   * By area.
   *
   * @throws IOException when a file can't be read, or is no result
   */
  public List<Result> results() throws IOException {
    List<Result> results = new ArrayList<>();
    for (Path file : files(".json")) {
      results.add(read(file));
    }
    return results;
  }

  private Path file(String area) {
    return directory.resolve(area + ".json");
  }

  private static Result read(Path file) throws IOException {
    JsonProcessingException cause = null;
    try {
      Result result = JSON.readValue(file.toFile(), Result.class);
      if (result != null) {
        return result;
      }
    } catch (JsonProcessingException e) {
      cause = e;
    }
    throw new IOException(
        file + " is no result: measure it again with --keep, or restore the file", cause);
  }

  private List<Path> files(String ending) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  /** The page and its charts, of all that is kept; no others are left. */
  public void writePage() throws IOException {
    PerformancePage made = new PerformancePage(results());
    Files.writeString(page, made.text());
    Map<String, String> charts = made.charts();
    for (Map.Entry<String, String> chart : charts.entrySet()) {
      Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
    }
    for (Path picture : files(".svg")) {
      if (!charts.containsKey(picture.getFileName().toString())) {
        Files.delete(picture);
      }
    }
  }

  /** As it stands. */
  public String page() throws IOException {
    return Files.readString(page);
  }
}
