/**
 * Writes the entries of its lanes to Redis through the guard. {@link dev.sessioncache.apply.Apply}
 * is the loop: poll, write, and only then let Kafka know.
 */
@NullMarked
package dev.sessioncache.apply;

import org.jspecify.annotations.NullMarked;
