package dev.sessioncache.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTest {

  private static final String DOCUMENT = "{\"request_count\":7,\"user\":{\"role\":\"editor\"}}";

  @Test
  void shouldSeeAnActivityWhenTheCountIsThereOrBeyond() {
    assertThat(Visible.requests(7)).accepts(DOCUMENT);
    assertThat(Visible.requests(6)).accepts(DOCUMENT);
    assertThat(Visible.requests(8)).rejects(DOCUMENT);
    assertThat(Visible.requests(1).test(null)).isFalse();
  }

  @Test
  void shouldSeeARoleWhenTheDocumentHasIt() {
    assertThat(Visible.role("editor")).accepts(DOCUMENT).rejects("{}", "broken");
    assertThat(Visible.role("admin")).rejects(DOCUMENT);
  }

  @Test
  void shouldSeeARemovalWhenThereIsNoValue() {
    assertThat(Visible.gone().test(null)).isTrue();
    assertThat(Visible.gone()).rejects(DOCUMENT);
    assertThat(Visible.present()).accepts(DOCUMENT);
    assertThat(Visible.present().test(null)).isFalse();
  }
}
