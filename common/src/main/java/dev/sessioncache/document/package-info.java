/**
 * The value in Redis. {@link dev.sessioncache.document.DocumentBuilder} is the only class that
 * makes one, for warm, stream and fill alike, so the same rows give the same bytes by every path.
 */
@NullMarked
package dev.sessioncache.document;

import org.jspecify.annotations.NullMarked;
