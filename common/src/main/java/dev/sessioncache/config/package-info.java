/**
 * Settings as immutable records, one per feature, read from a file, the environment and the command
 * line, in this order of precedence. A load either gives every setting a valid value or names every
 * problem at once. Read {@link dev.sessioncache.config.Configuration} first.
 */
@NullMarked
package dev.sessioncache.config;

import org.jspecify.annotations.NullMarked;
