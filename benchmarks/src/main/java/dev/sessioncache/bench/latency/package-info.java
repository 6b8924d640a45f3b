/** How soon a change of Postgres is in Redis, by us and by what a user would take instead. */
@NullMarked
package dev.sessioncache.bench.latency;

import org.jspecify.annotations.NullMarked;
