package dev.sessioncache.demo.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The SQL files of this package. */
enum DemoScript {
  SCHEMA("demo-schema.sql"),
  DRAW("demo-draw.sql"),
  USERS("demo-users.sql"),
  SESSIONS("demo-sessions.sql");

  private final String file;

  DemoScript(String file) {
    this.file = file;
  }

  String text() {
    try (InputStream in = DemoScript.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
