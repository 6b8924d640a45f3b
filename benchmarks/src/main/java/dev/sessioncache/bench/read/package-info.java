/** A read of a cached session through our library, beside a read of the same value without it. */
@NullMarked
package dev.sessioncache.bench.read;

import org.jspecify.annotations.NullMarked;
