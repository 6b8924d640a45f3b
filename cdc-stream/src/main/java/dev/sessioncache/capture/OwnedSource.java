package dev.sessioncache.capture;

import java.sql.Connection;

/**
 * The source while this capture is the one: on the connection that holds the lock. Used by one
 * thread.
 */
record OwnedSource(Connection connection, Source source, Publication publication) {}
