package dev.sessioncache.warm;

import dev.sessioncache.mapping.Row;

/**
 * A live session with its user, as one snapshot saw both.
 *
 * @param rate requests per second expected of it
 */
record SessionRow(Row session, Row user, double rate) {}
