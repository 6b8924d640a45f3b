/**
 * The topic {@code changes}: row changes of both tables and the lane's control records, in commit
 * order. {@link dev.sessioncache.changes.Change} is what it holds, {@link
 * dev.sessioncache.changes.ChangeFormat} how it is written; the format is documented in
 * docs/topics.md.
 */
@NullMarked
package dev.sessioncache.changes;

import org.jspecify.annotations.NullMarked;
