package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

  private static final int FEW = 1;

  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  /** Each of the first characters, in the words of a library that is not ours. */
  @Test
  void shouldQuoteEachCharacterAsJacksonDoes() throws IOException {
    for (char c = 0; c < 0x300; c++) {
      assertThat(string("a" + c + "b"))
          .as("character %d", (int) c)
          .isEqualTo(jackson("a" + c + "b"));
    }
    assertThat(string("😀")).isEqualTo(jackson("😀"));
  }

  @RepeatedTest(20)
  void shouldQuoteWhateverTextAsJacksonDoes() throws IOException {
    long seed = System.nanoTime();
    String text =
        new Random(seed)
            .ints(0, 0x3000)
            .limit(500)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    assertThat(string(text)).as("seed %d", seed).isEqualTo(jackson(text));
  }

  @Test
  void shouldGrowAndKeepWhatIsThere() {
    JsonBytes json = new JsonBytes(FEW);
    json.raw('[');
    json.raw("1,".repeat(1_000));
    json.string("é");
    json.raw("xx]yy".getBytes(UTF_8), 2, 1);

    assertThat(new String(json.toByteArray(), UTF_8))
        .isEqualTo("[" + "1,".repeat(1_000) + "\"é\"]");
  }

  private static String string(String text) {
    JsonBytes json = new JsonBytes(FEW);
    json.string(text);
    return new String(json.toByteArray(), UTF_8);
  }

  private static String jackson(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JACKSON.createGenerator(out)) {
      generator.writeString(text);
    }
    return out.toString(UTF_8);
  }
}
