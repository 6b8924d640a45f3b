package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.MappingSettings;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CachedDocumentsTest {

  private static final String END = "\"expires_at\":\"2026-01-31T12:00:00.000000Z\"";

  private final CachedDocuments documents = new CachedDocuments(MappingSettings.defaults());

  @Test
  void shouldHoldTheWholeDocument() {
    String json = "{\"user_id\":\"1\"," + END + ",\"user\":{\"role\":\"admin\"}}";
    CachedSession read = read(json).orElseThrow();

    assertThat(read.session()).isEqualTo(new Session(json, Instant.parse("2026-01-31T12:00:00Z")));
    assertThat(read.lane()).isEqualTo(Watermarks.NONE.laneOf("1"));
  }

  @Test
  void shouldFindTheUserBehindTheEnd() {
    CachedSession read =
        read("{\"data\":{\"user_id\":\"2\"}," + END + ",\"user_id\":\"1\"}").orElseThrow();

    assertThat(read.lane()).isEqualTo(Watermarks.NONE.laneOf("1"));
  }

  @Test
  void shouldHaveAllLanesProveASessionOfNoKnownUser() {
    assertThat(read("{" + END + ",\"user_id\":null}").orElseThrow().lane().number())
        .isEqualTo(Watermarks.Lane.ALL);
  }

  @Test
  void shouldTakeForNoneWhatIsNoDocumentOfOurs() {
    for (String other : new String[] {"", "x", "[]", "{}", "{\"user_id\":\"1\"}", "{" + END}) {
      assertThat(read(other)).as(other).isEmpty();
    }
  }

  private Optional<CachedSession> read(String json) {
    return documents.read(json.getBytes(UTF_8), Watermarks.NONE);
  }
}
