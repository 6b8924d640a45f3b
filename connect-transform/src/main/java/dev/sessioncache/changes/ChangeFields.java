package dev.sessioncache.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;

/** The fields of one value of {@code changes}, read strictly: no text passes for a number. */
record ChangeFields(ObjectNode node) {

  /** Text of any length; empty is allowed. */
  String text(String name) throws UnreadableChangeException {
    return required(name).asText();
  }

  boolean bool(String name) throws UnreadableChangeException {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw new UnreadableChangeException("the field " + name + " is neither true nor false");
    }
    return value.booleanValue();
  }

  /** A primary key as text. */
  String id(String name) throws UnreadableChangeException {
    JsonNode value = required(name);
    if (!(value.isTextual() || value.isIntegralNumber()) || !RowName.isId(value.asText())) {
      throw new UnreadableChangeException("the field " + name + " is no primary key");
    }
    return value.asText();
  }

  RowVersion version() throws UnreadableChangeException {
    return new RowVersion(number(ChangeFormat.LSN), transaction());
  }

  TransactionId transaction() throws UnreadableChangeException {
    return TransactionId.of(number(ChangeFormat.TX_ID));
  }

  /** µs since 1970; 0 when the value does not tell. */
  long committedAtMicros() throws UnreadableChangeException {
    long micros = optionalNumber(ChangeFormat.SOURCE_US);
    return micros != 0 ? micros : optionalNumber(ChangeFormat.SOURCE_MS) * 1000;
  }

  /** A whole number, not negative. */
  long number(String name) throws UnreadableChangeException {
    long value = integer(name);
    if (value < 0) {
      throw new UnreadableChangeException("the field " + name + " is negative");
    }
    return value;
  }

  private long optionalNumber(String name) throws UnreadableChangeException {
    return node.path(name).isMissingNode() || node.path(name).isNull() ? 0 : number(name);
  }

  private long integer(String name) throws UnreadableChangeException {
    JsonNode value = required(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new UnreadableChangeException("the field " + name + " is no whole number of 64 bits");
    }
    return value.longValue();
  }

  private JsonNode required(String name) throws UnreadableChangeException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull() || value.isContainerNode()) {
      throw new UnreadableChangeException("the field " + name + " is missing");
    }
    return value;
  }
}
