/**
 * What requests to expect of which session, by what Postgres knows of their activity: the rate of
 * one ({@link dev.sessioncache.activity.ActivityRate}) and how they spread over all of them. Read
 * {@link dev.sessioncache.activity.ActivityCurve} first.
 */
@NullMarked
package dev.sessioncache.activity;

import org.jspecify.annotations.NullMarked;
