package dev.sessioncache.verify;

import java.util.Collection;

/**
 * The keys whose rows are asked for.
 *
 * @param keys of values
 * @param ids the primary keys of all rows that may have these keys; only looked at when tokens are
 *     hashed, since then no token can be made of a key
 */
record Sought(Collection<String> keys, Collection<String> ids) {}
