package dev.sessioncache.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record of settings that belong to one feature; each component carries a {@link Setting}. The
 * compact constructor may check components against each other and throw an {@link
 * IllegalArgumentException} with a message for the operator, without secrets.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Section {

  /** The title in the reference. */
  String value();

  /** One or two sentences for the reference: what the feature does. */
  String description();
}
