/**
 * Opens connections to the database and tells the operator why one could not be opened. Read {@link
 * dev.sessioncache.postgres.PostgresConnections} first.
 */
@NullMarked
package dev.sessioncache.postgres;

import org.jspecify.annotations.NullMarked;
