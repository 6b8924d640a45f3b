/**
 * The topic {@code entries}: the cache as a log. {@link dev.sessioncache.entries.Entry} is what it
 * holds, {@link dev.sessioncache.entries.EntryFormat} how; documented in docs/topics.md.
 */
@NullMarked
package dev.sessioncache.entries;

import org.jspecify.annotations.NullMarked;
