/**
 * When a session is live: {@link dev.sessioncache.live.LiveRule}, written once, asked as SQL by the
 * warm and in Java by the stream.
 */
@NullMarked
package dev.sessioncache.live;

import org.jspecify.annotations.NullMarked;
