/**
 * Promise P1, newest wins and nothing comes back. Every write to Redis carries a {@link
 * dev.sessioncache.guard.Position} and goes through {@link dev.sessioncache.guard.GuardScript},
 * which compares it with the position of the last accepted write; {@link
 * dev.sessioncache.guard.Acceptance} is the same rule in Java, read it first. Formats and reasons:
 * docs/decisions/0001-guard-positions.md.
 */
@NullMarked
package dev.sessioncache.guard;

import org.jspecify.annotations.NullMarked;
