/** What a user would rebuild an emptied Redis with, beside us. */
@NullMarked
package dev.sessioncache.bench.replay;

import org.jspecify.annotations.NullMarked;
