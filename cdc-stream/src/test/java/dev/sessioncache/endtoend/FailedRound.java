package dev.sessioncache.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Keeps what is needed to understand a failed round: schedule, violations, and for the first
 * sessions concerned all that was committed, written to the topics and seen.
 */
record FailedRound(Path directory, Run.Report report, Evidence evidence) {

  private static final int SESSIONS = 6;

  void write() throws IOException {
    Files.createDirectories(directory);
    List<String> lines = new ArrayList<>(List.of(report.summary()));
    lines.addAll(report.log().lines());
    report.violations().forEach(violation -> lines.add(violation.toString()));
    Files.write(directory.resolve("round.txt"), lines);
    TopicLog entries =
        TopicLog.read(
            evidence.world().stack().kafkaBootstrapServers(),
            World.TOPICS + ".entries",
            World.LANES);
    Set<String> tokens =
        report.violations().stream()
            .map(Violation::token)
            .filter(token -> !token.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String token : tokens.stream().limit(SESSIONS).toList()) {
      Files.write(directory.resolve("token-" + token + ".txt"), history(token, entries));
    }
  }

  private List<String> history(String token, TopicLog entries) {
    Set<UUID> rows = rowsOf(token);
    List<String> lines = new ArrayList<>(List.of("--- committed"));
    rows.forEach(
        row -> evidence.ledger().history(row).forEach(entry -> lines.add(entry.toString())));
    lines.add("--- seen");
    evidence.observations().of(token).forEach(sighting -> lines.add(sighting.toString()));
    lines.add("--- changes");
    evidence.changes().records().stream()
        .filter(record -> rows.stream().anyMatch(row -> isOf(record, row)))
        .forEach(record -> lines.add(record.toString()));
    lines.add("--- entries");
    entries.records().stream()
        .filter(record -> ("session:" + token).equals(record.key()))
        .forEach(record -> lines.add(record.toString()));
    return lines;
  }

  /** The session and all its users. */
  private Set<UUID> rowsOf(String token) {
    Set<UUID> rows = new LinkedHashSet<>();
    for (UUID row : evidence.ledger().rowIds()) {
      for (LedgerEntry entry : evidence.ledger().history(row)) {
        if (token.equals(entry.token())) {
          rows.add(row);
          if (entry.userId() != null) {
            rows.add(entry.userId());
          }
        }
      }
    }
    return rows;
  }

  private static boolean isOf(TopicLog.Entry record, UUID row) {
    String key = String.valueOf(record.key());
    return key.endsWith(row.toString()) || key.startsWith("~baseline");
  }
}
