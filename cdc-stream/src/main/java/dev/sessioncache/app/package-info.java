/**
 * The program {@code cdc-stream}: {@link dev.sessioncache.app.CdcStream} is its command, {@link
 * dev.sessioncache.app.StreamApp} puts the roles together.
 */
@NullMarked
package dev.sessioncache.app;

import org.jspecify.annotations.NullMarked;
