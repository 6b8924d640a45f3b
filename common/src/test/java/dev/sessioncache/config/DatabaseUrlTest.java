package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @Test
  void shouldSplitThePartsWhenTheUrlIsComplete() {
    DatabaseUrl url =
        DatabaseUrl.parse("postgres://a%40b:p%2Fw+%25@db_1.local:6432/my%20db?sslmode=require");

    assertThat(url.host()).isEqualTo("db_1.local");
    assertThat(url.port()).isEqualTo(6432);
    assertThat(url.database()).isEqualTo("my db");
    assertThat(url.user()).hasValue("a@b");
    assertThat(url.password()).hasValue("p/w+%");
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db_1.local:6432/my%20db");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://localhost/app, jdbc:postgresql://localhost:5432/app",
    "postgres://[::1]/app, jdbc:postgresql://[::1]:5432/app",
    "postgres://[fe80::1]:7777/app, jdbc:postgresql://[fe80::1]:7777/app"
  })
  void shouldLeaveOutCredentialsWhenTheUrlHasNone(String text, String jdbcUrl) {
    DatabaseUrl url = DatabaseUrl.parse(text);

    assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
    assertThat(url.jdbcProperties()).isEmpty();
  }

  @Test
  void shouldPassLibpqParametersOnUnderTheirPgjdbcNamesWhenGiven() {
    DatabaseUrl url =
        DatabaseUrl.parse(
            "postgres://u:p@h/d?sslmode=verify-full&sslrootcert=%2Fca.pem&sslcert=c&sslkey=k"
                + "&connect_timeout=3&application_name=my+app%21");

    assertThat(url.jdbcProperties())
        .containsOnly(
            entry("user", "u"),
            entry("password", "p"),
            entry("sslmode", "verify-full"),
            entry("sslrootcert", "/ca.pem"),
            entry("sslcert", "c"),
            entry("sslkey", "k"),
            entry("connectTimeout", "3"),
            entry("ApplicationName", "my+app!"));
  }

  @Test
  void shouldMaskThePasswordWhenPrinted() {
    assertThat(DatabaseUrl.parse("postgres://u:hidden@h/d?sslmode=allow"))
        .hasToString("postgres://u:***@h:5432/d?sslmode=allow");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql://u:hidden@h/d",
        "jdbc:postgresql://u:hidden@h/d",
        "postgres://u:hidden@h",
        "postgres://u:hidden@h/",
        "postgres://u:hidden@/d",
        "postgres://u:hidden@h1,h2/d",
        "postgres://u:hidden@h:0/d",
        "postgres://u:hidden@h:65536/d",
        "postgres://u:hidden/x@h/d",
        "postgres://u:hidden@x@h/d",
        "postgres://u:hidden#x@h/d",
        "postgres://u:hidden%zz@h/d",
        "postgres://u:hidden",
        "postgres://u:hidden@h/d?sslmode=hidden",
        "postgres://u:hidden@h/d?connect_timeout=5s",
        "postgres://u:hidden@h/d?sslmode=allow&sslmode=allow",
        "postgres://h/d?password=hidden"
      })
  void shouldRefuseWithoutEchoingThePasswordWhenMalformed(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden").doesNotContain("\n"));
  }

  @Test
  void shouldNameTheParameterWhenItIsUnknown() {
    assertThatThrownBy(() -> DatabaseUrl.parse("postgres://h/d?target_session_attrs=any"))
        .hasMessageContaining("unknown parameter target_session_attrs")
        .hasMessageContaining("application_name, connect_timeout, sslcert");
  }
}
