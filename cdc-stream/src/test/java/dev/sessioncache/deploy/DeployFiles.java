package dev.sessioncache.deploy;

import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The files under docs/deploy, as tests read them. */
public final class DeployFiles {

  static final Path ROOT = Path.of("..");
  static final Path DIRECTORY = ROOT.resolve("docs/deploy");
  static final Path ALERTS = DIRECTORY.resolve("prometheus/alerts.yml");
  static final Path REHEARSAL = DIRECTORY.resolve("prometheus/alerts-test.yml");
  static final Path DASHBOARDS = DIRECTORY.resolve("grafana/dashboards");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:warmer|kafka|jvm|process|system)_[a-z0-9_]+");

  private DeployFiles() {}

  /** The documents of a file. */
  static List<JsonNode> yaml(Path file) {
    List<JsonNode> documents = new ArrayList<>();
    new Yaml().loadAll(text(file)).forEach(one -> documents.add(JSON.valueToTree(one)));
    return documents;
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** The members of an object by name. */
  static Map<String, JsonNode> members(JsonNode object) {
    Map<String, JsonNode> members = new TreeMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files below a directory whose name ends so. */
  static List<Path> files(Path directory, String end) {
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(file -> file.toString().endsWith(end)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> alerts() {
    return yaml(ALERTS).get(0).findParents("alert");
  }

  /** The expressions of all panels of all dashboards. */
  static List<String> panelExpressions() {
    return files(DASHBOARDS, ".json").stream()
        .flatMap(file -> json(file).findValuesAsText("expr").stream())
        .toList();
  }

  /** The variables that are settings of our programs, by the page that is generated from these. */
  static Set<String> variables() {
    return Pattern.compile("(?m)^\\| `[a-z0-9.-]+` \\| `([A-Z_0-9]+)` \\|")
        .matcher(text(ROOT.resolve("docs/configuration.md")))
        .results()
        .map(found -> found.group(1))
        .collect(toCollection(TreeSet::new));
  }

  /** The command by which the image of the stream looks whether a process is alive. */
  public static List<String> healthCheck(int port) throws IOException {
    String file = text(ROOT.resolve("Dockerfile")).replace("\\\n", "").replace("8475", "" + port);
    int from = file.indexOf('[', file.indexOf("HEALTHCHECK"));
    List<String> command = new ArrayList<>();
    JSON.readTree(file.substring(from)).forEach(word -> command.add(word.asText()));
    return command;
  }

  /** The metrics that alerts and dashboards ask for. */
  public static Set<String> metrics() {
    return Stream.concat(
            alerts().stream().map(alert -> alert.path("expr").asText()),
            panelExpressions().stream())
        .flatMap(expression -> METRIC.matcher(expression).results())
        .map(found -> found.group())
        .collect(toCollection(TreeSet::new));
  }
}
