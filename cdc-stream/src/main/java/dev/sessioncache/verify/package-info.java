/**
 * Compares Redis with Postgres by key, and tells what is in flight from what is wrong. Read {@link
 * dev.sessioncache.verify.Suspects} first: when a difference is drift; then {@link
 * dev.sessioncache.verify.Round}, one pass over both sides.
 */
@NullMarked
package dev.sessioncache.verify;

import org.jspecify.annotations.NullMarked;
