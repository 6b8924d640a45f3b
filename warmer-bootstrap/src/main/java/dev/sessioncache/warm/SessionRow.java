package dev.sessioncache.warm;

import dev.sessioncache.mapping.Row;

/** A live session with its user, as one snapshot saw both. */
record SessionRow(Row session, Row user) {}
