/**
 * Replay: rebuilds Redis from the topic {@code entries} alone, without Postgres, into an empty
 * Redis or beside the live stream. Read {@link dev.sessioncache.replay.ReplayJob} first. Why it is
 * safe: docs/decisions/0012-replay.md.
 */
@NullMarked
package dev.sessioncache.replay;

import org.jspecify.annotations.NullMarked;
