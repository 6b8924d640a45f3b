package dev.sessioncache.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting: a component of a record annotated with {@link Section}.
 *
 * <p>The component's type decides the form of the value: {@code String}, {@code int}, {@code long},
 * {@code double}, {@code boolean}, {@link java.time.Duration} ({@code 500ms}, {@code 30s}, {@code
 * 5m}, ISO-8601), {@link java.nio.file.Path}, an enum ({@code kebab-case}), a type with a static
 * {@code parse(String)}, or {@link java.util.List} or {@link java.util.Optional} of these.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /**
   * The mark of a setting without a default. An {@code Optional} one may be left out all the same.
   */
  String REQUIRED = "\0required";

  /**
   * Dotted kebab-case, for example {@code lease.ttl}; environment form {@code WARMER_LEASE_TTL}.
   */
  String name();

  /** The value, as it would stand in a file, when no source has one. */
  String defaultValue() default REQUIRED;

  /** Prose for the reference: meaning, unit, interaction with other settings. */
  String description();

  /**
   * Whether the value is never shown. A password inside of a URL is never shown in any case.
   * Messages of a type's own {@code parse} and of the compact constructor are shown: they must not
   * repeat it.
   */
  boolean secret() default false;

  /** The lowest allowed value, in the form of the value; empty for none. */
  String min() default "";

  /** The highest allowed value, in the form of the value; empty for none. */
  String max() default "";

  /** What a valid value is, in words; empty when type, {@link #min} and {@link #max} say all. */
  String rule() default "";
}
