/**
 * The job that fills Redis with the most active live sessions in one go. {@link
 * dev.sessioncache.warm.Warm} is the story; read it first, then {@link
 * dev.sessioncache.warm.SnapshotReader} for where the rows come from and {@link
 * dev.sessioncache.warm.InFlight} for how they reach Redis.
 */
@NullMarked
package dev.sessioncache.warm;

import org.jspecify.annotations.NullMarked;
