/** What a user would follow the changes of Postgres with, beside us. */
@NullMarked
package dev.sessioncache.bench.stream;

import org.jspecify.annotations.NullMarked;
