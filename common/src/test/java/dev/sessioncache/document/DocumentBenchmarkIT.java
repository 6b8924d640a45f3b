package dev.sessioncache.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.ColumnType.Scalar;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TestMapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Time to build the document of a session with the columns of the demonstration.
 *
 * <pre>
 * mvn verify -pl local-stack,common -Dtags=benchmark -Dtags.excluded= -Dtest.jvm= -Dforks=1 -Dtest=None
 *     -Dit.test=DocumentBenchmarkIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("benchmark")
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DocumentBenchmarkIT {

  private static final String TIME = "2026-01-31 12:00:00.5+00";
  private static final Map<String, Scalar> TYPES =
      Map.of(
          "ip_address", Scalar.INET,
          "created_at", Scalar.TIMESTAMP,
          "last_activity_at", Scalar.TIMESTAMP,
          "expires_at", Scalar.TIMESTAMP,
          "request_count", Scalar.INTEGER,
          "data", Scalar.JSON);
  private static final Map<String, String> TEXTS =
      Map.of(
          "ip_address", "10.17.4.90",
          "created_at", TIME,
          "last_activity_at", TIME,
          "expires_at", TIME,
          "request_count", "417",
          "user_agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0",
          "data", "{\"locale\": \"en-GB\", \"cart\": {\"items\": 3}, \"city\": \"Zürich\"}",
          "email", "ada@example.com",
          "display_name", "Ada Ć");

  private final SessionMapping mapping =
      TestMapping.document(
          columns(
              "id",
              "user_id",
              "ip_address",
              "user_agent",
              "created_at",
              "last_activity_at",
              "expires_at",
              "request_count",
              "data"),
          columns("email", "display_name", "role"));
  private final DocumentBuilder documents = new DocumentBuilder(mapping);
  private final Row session = row(mapping.sessions());
  private final Row user = row(mapping.users());

  private static Map<String, ColumnType> columns(String... names) {
    Map<String, ColumnType> columns = new LinkedHashMap<>();
    for (String name : names) {
      columns.put(name, new ColumnType(TYPES.getOrDefault(name, Scalar.STRING), false));
    }
    return columns;
  }

  private static Row row(MappedTable table) {
    @Nullable String[] texts = new @Nullable String[table.columns().size()];
    for (Column column : table.columns()) {
      texts[column.index()] =
          TEXTS.getOrDefault(column.name(), "0b5cb8b6-f6b3-4a0e-9f57-6d6b7c0f8f11");
    }
    return column -> texts[column.index()];
  }

  @Benchmark
  public byte[] build() {
    return documents.build(session, user);
  }

  @Test
  void shouldTellItsTime() throws Exception {
    assertThat(
            new Runner(
                    new OptionsBuilder()
                        .include(DocumentBenchmarkIT.class.getName() + "[.]")
                        .forks(0) // the test's JVM is one of its own
                        .warmupIterations(5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .build())
                .run())
        .hasSize(1);
  }
}
