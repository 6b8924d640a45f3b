/**
 * What is kept in Redis: {@link dev.sessioncache.lease.LeaseSettings} says how many sessions and
 * which, {@link dev.sessioncache.lease.Priority} which of two comes first. Project computes the
 * priority of a session, apply keeps the top of each lane.
 */
@NullMarked
package dev.sessioncache.lease;

import org.jspecify.annotations.NullMarked;
