/** Threads. */
@NullMarked
package dev.sessioncache.thread;

import org.jspecify.annotations.NullMarked;
