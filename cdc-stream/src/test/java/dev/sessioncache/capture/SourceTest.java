package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import org.junit.jupiter.api.Test;

class SourceTest {

  @Test
  void shouldSayHowToSetWalLevelWhenItIsNotLogical() {
    assertThatThrownBy(() -> Source.requireLogical("replica"))
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "wal_level is replica, capture needs logical: set wal_level = logical in postgresql.conf and restart"
                + " Postgres");
  }

  @Test
  void shouldAcceptWalLevelLogical() {
    assertThatCode(() -> Source.requireLogical("logical")).doesNotThrowAnyException();
  }
}
