/**
 * Which tables, columns and cache key make a session. {@link
 * dev.sessioncache.mapping.MappingSettings} is what the operator says, {@link
 * dev.sessioncache.mapping.SessionMapping} is that checked against the catalog of the database;
 * read the latter first.
 */
@NullMarked
package dev.sessioncache.mapping;

import org.jspecify.annotations.NullMarked;
