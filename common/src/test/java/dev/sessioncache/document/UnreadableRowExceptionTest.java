package dev.sessioncache.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.ColumnType.Scalar;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TestMapping;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parsers quote what they can't read; an exception of ours, with all its causes, does not. */
class UnreadableRowExceptionTest {

  private static final String CANARY = "canary{";

  @ParameterizedTest
  @EnumSource(
      value = Scalar.class,
      names = {"INTEGER", "NUMERIC", "FLOAT4", "FLOAT8", "BOOLEAN", "TIMESTAMP"})
  void shouldTellTheColumnAndNothingOfTheValue(Scalar scalar) {
    SessionMapping mapping =
        TestMapping.document(Map.of("odd", new ColumnType(scalar, false)), Map.of());

    Throwable told =
        catchThrowable(() -> new DocumentBuilder(mapping).build(column -> CANARY, column -> null));

    StringWriter trace = new StringWriter();
    told.printStackTrace(new PrintWriter(trace, true));
    assertThat(told).isInstanceOf(UnreadableRowException.class).hasMessageContaining("column odd");
    assertThat(trace.toString()).doesNotContain("canary");
  }
}
