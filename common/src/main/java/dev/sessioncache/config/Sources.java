package dev.sessioncache.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from; a later component wins over an earlier one.
 *
 * @param file {@code .properties}, {@code .yaml} or {@code .yml}; null for none
 * @param environment variables of the process; only {@code WARMER_*} and the fixed names are looked
 *     at, each also with {@code _FILE} behind it; a blank one counts as not set
 * @param flags setting name to value, from the command line
 */
public record Sources(
    @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {

  public Sources {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
  }
}
