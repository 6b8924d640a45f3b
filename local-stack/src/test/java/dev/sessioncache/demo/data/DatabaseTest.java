package dev.sessioncache.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {

  @Test
  void shouldNotShowThePasswordWhenPrinted() {
    Database database = Database.at("postgres://user:se%40cret@host:6432/db?sslmode=require");

    assertThat(database).hasToString("postgres://host:6432/db");
  }

  @Test
  void shouldTakeTheUsualPortWhenNoneIsGiven() {
    assertThat(Database.at("postgresql://user@host/db")).hasToString("postgres://host:5432/db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host:5432/db",
        "mysql://user:secret@host/db",
        "postgres://user:secret@host",
        "postgres://user:secret@/db",
        "postgres://user:sec ret@host/db"
      })
  void shouldRefuseWithoutRepeatingItWhenTheUrlIsMalformed(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Database.at(url))
        .withMessageContaining("DATABASE_URL")
        .withMessageNotContaining("ret");
  }
}
