package dev.sessioncache.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sessioncache.json.JsonText;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line by the pattern of logback.xml, or as JSON when the context's property {@code
 * log.format} says so. Made by logback, called by any thread.
 */
public final class LogEncoder extends PatternLayoutEncoder {

  /** Name of the property of logback's context. */
  static final String FORMAT = "log.format";

  private static final String JSON = "json";

  @Override
  public byte[] encode(ILoggingEvent event) {
    return JSON.equalsIgnoreCase(getContext().getProperty(FORMAT))
        ? (json(event) + System.lineSeparator()).getBytes(UTF_8)
        : super.encode(event);
  }

  private static String json(ILoggingEvent event) {
    return JsonText.object(
        json -> {
          json.writeStringField("time", event.getInstant().toString());
          json.writeStringField("level", event.getLevel().toString());
          json.writeStringField("logger", event.getLoggerName());
          json.writeStringField("thread", event.getThreadName());
          json.writeStringField("message", event.getFormattedMessage());
          Map<String, Object> fields =
              EventFields.of(String.valueOf(event.getMessage()), event.getArgumentArray());
          for (Map.Entry<String, Object> field : fields.entrySet()) {
            json.writeFieldName(field.getKey());
            write(json, field.getValue());
          }
          IThrowableProxy thrown = event.getThrowableProxy();
          if (thrown != null) {
            json.writeStringField("stack_trace", ThrowableProxyUtil.asString(thrown));
          }
        });
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      json.writeNumber(number.toString());
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Collection<?> list) {
      json.writeStartArray();
      for (Object one : list) {
        write(json, one);
      }
      json.writeEndArray();
    } else {
      json.writeString(String.valueOf(value));
    }
  }
}
