/** The command {@code warmer bench}. */
@NullMarked
package dev.sessioncache.bench;

import org.jspecify.annotations.NullMarked;
