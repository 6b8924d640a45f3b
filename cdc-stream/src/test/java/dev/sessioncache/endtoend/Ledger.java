package dev.sessioncache.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that has been committed, as the table {@code ledger.changes} has it: also what a client was
 * never told of because its connection broke. Immutable.
 */
final class Ledger {

  private static final String SELECT =
      """
      select version, source, row_id, op, live, token, user_id, document,
        (extract(epoch from pg_xact_commit_timestamp(xid::xid)) * 1000)::bigint
      from ledger.changes order by version
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** By row, by version. */
  private final Map<UUID, TreeMap<Long, LedgerEntry>> rows = new HashMap<>();

  Ledger(Collection<LedgerEntry> entries) {
    for (LedgerEntry entry : entries) {
      rows.computeIfAbsent(entry.rowId(), id -> new TreeMap<>()).put(entry.version(), entry);
    }
  }

  static Ledger read(Connection connection) throws SQLException {
    List<LedgerEntry> entries = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SELECT)) {
      while (row.next()) {
        entries.add(
            new LedgerEntry(
                row.getLong(1),
                LedgerEntry.Source.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getObject(3, UUID.class),
                row.getString(4),
                row.getBoolean(5),
                row.getString(6),
                row.getObject(7, UUID.class),
                json(row.getString(8)),
                row.getLong(9)));
      }
    }
    return new Ledger(entries);
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    try {
      return text == null ? null : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  long size() {
    return rows.values().stream().mapToLong(TreeMap::size).sum();
  }

  Collection<UUID> rowIds() {
    return rows.keySet();
  }

  /** The history of a row, the oldest version first. */
  Collection<LedgerEntry> history(UUID row) {
    return rows.getOrDefault(row, new TreeMap<>()).values();
  }

  Optional<LedgerEntry> version(UUID row, long version) {
    return Optional.ofNullable(rows.getOrDefault(row, new TreeMap<>()).get(version));
  }

  /** The change that followed on a version. */
  Optional<LedgerEntry> after(UUID row, long version) {
    return Optional.ofNullable(rows.getOrDefault(row, new TreeMap<>()).higherEntry(version))
        .map(Map.Entry::getValue);
  }

  /** The newest version that was committed before a moment. */
  Optional<LedgerEntry> asOf(UUID row, long millis) {
    return history(row).stream()
        .filter(entry -> entry.committedMillis() < millis)
        .reduce((older, newer) -> newer);
  }

  /** The first change after a version that took the session, or its token, or the user away. */
  Optional<LedgerEntry> deathAfter(UUID row, long version, @Nullable String token) {
    return rows.getOrDefault(row, new TreeMap<>()).tailMap(version, false).values().stream()
        .filter(entry -> !entry.live() || (token != null && !token.equals(entry.token())))
        .findFirst();
  }

  /** When a session as it was seen had died, ms since 1970; far away when it has not. */
  long diedMillis(String token, Seen seen) {
    return Stream.of(
            deathAfter(seen.session(), seen.sessionVersion(), token),
            deathAfter(seen.user(), seen.userVersion(), null))
        .flatMap(Optional::stream)
        .mapToLong(LedgerEntry::committedMillis)
        .min()
        .orElse(Long.MAX_VALUE / 2);
  }
}
