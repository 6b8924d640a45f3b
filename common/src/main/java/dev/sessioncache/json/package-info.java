/** Small JSON objects: those that we print for programs, and those that we leave in Redis. */
@NullMarked
package dev.sessioncache.json;

import org.jspecify.annotations.NullMarked;
