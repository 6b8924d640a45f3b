package dev.sessioncache.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares the checked-in reference with the generated one; to be called from a test of the module
 * that knows all sections.
 */
public final class ConfigurationReferenceCheck {

  private ConfigurationReferenceCheck() {}

  /**
   * Fails when {@code file} is missing or stale; with {@code -Dupdate.docs=true} writes it instead.
   *
   * @throws AssertionError that says how to regenerate the file
   */
  public static void verify(Path file, List<Class<? extends Record>> sections) {
    verify(file, sections, Boolean.getBoolean("update.docs"));
  }

  static void verify(Path file, List<Class<? extends Record>> sections, boolean update) {
    String expected = ConfigurationReference.markdown(sections);
    try {
      if (update) {
        Files.writeString(file, expected);
      } else if (!Files.exists(file) || !Files.readString(file).equals(expected)) {
        throw new AssertionError(
            file + " is stale: run this test again with -Dupdate.docs=true and commit the file");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
