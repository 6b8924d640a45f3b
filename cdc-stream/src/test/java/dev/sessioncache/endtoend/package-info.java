/**
 * The randomized test of both programs over real servers: transactions and faults by a seed, judged
 * by guarantees. {@link dev.sessioncache.endtoend.Run} is the story.
 */
@NullMarked
package dev.sessioncache.endtoend;

import org.jspecify.annotations.NullMarked;
