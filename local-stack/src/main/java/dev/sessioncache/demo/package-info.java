/**
 * {@code warmer up}: the whole path on real servers, with data, traffic and readers, measured and
 * judged. It runs the two programs as anybody would, as processes, and depends on nothing of them
 * but their flags, what they write to Redis, and their exit codes. Read {@link
 * dev.sessioncache.demo.UpRun} first.
 */
@NullMarked
package dev.sessioncache.demo;

import org.jspecify.annotations.NullMarked;
