package dev.sessioncache.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.reader.LocalCache.Known;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What changes while it is being loaded is not kept. */
class LocalCacheTest {

  private static final Known KNOWN =
      new Known(new CachedSession(new Session("{}", Instant.MAX), new Watermarks.Lane(0, 1)));

  private final LocalCache local = new LocalCache(ReaderSettings.defaults());

  @Test
  void shouldKeepWhatIsLoaded() {
    Load load = begin("t");
    local.keep("t", load, KNOWN);
    assertThat(local.get("t")).isEqualTo(KNOWN);
  }

  @Test
  void shouldShareOneLoadUntilItIsOver() {
    Load load = begin("t");
    assertThat(local.loading("t", new Load())).isSameAs(load);
    local.loaded("t", load);
    Load next = new Load();
    assertThat(local.loading("t", next)).isSameAs(next);
  }

  @Test
  void shouldNotKeepWhatChangesMeanwhile() {
    Load load = begin("t");
    local.forget("t");
    local.keep("t", load, KNOWN);
    assertThat(local.get("t")).isNull();
  }

  @Test
  void shouldNotAnswerWhoAsksAfterAChangeByWhatWasReadBefore() {
    begin("t");
    local.forget("t");
    Load next = new Load();
    assertThat(local.loading("t", next)).isSameAs(next);
  }

  @Test
  void shouldKeepWhatIsLoadedBesideAChangeOfAnother() {
    Load load = begin("t");
    local.forget("other");
    local.keep("t", load, KNOWN);
    assertThat(local.get("t")).isEqualTo(KNOWN);
  }

  @Test
  void shouldNotKeepWhatMayChangeUnheard() {
    Load load = begin("t");
    local.spoilLoads();
    local.keep("t", load, KNOWN);
    assertThat(local.get("t")).isNull();
  }

  @Test
  void shouldNotKeepWhatIsFoundAfterTheEnd() {
    Load load = begin("t");
    local.loaded("t", load);
    local.keep("t", load, KNOWN);
    assertThat(local.get("t")).isNull();
  }

  @Test
  void shouldNotKeepAPageInWhichAnythingHasChanged() {
    Load page = new Load();
    local.loading(page);
    local.forget("other");
    assertThat(local.keep(page, Map.of("t", KNOWN))).isFalse();
    assertThat(local.get("t")).isNull();

    Load again = new Load();
    local.loading(again);
    assertThat(local.keep(again, Map.of("t", KNOWN))).isTrue();
    assertThat(local.get("t")).isEqualTo(KNOWN);
  }

  private Load begin(String token) {
    Load load = new Load();
    assertThat(local.loading(token, load)).isSameAs(load);
    return load;
  }
}
