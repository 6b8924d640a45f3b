package dev.sessioncache.dashboard;

import org.jspecify.annotations.Nullable;

/**
 * A lane at one moment.
 *
 * @param lagMs how far Redis is behind Postgres; null when nothing tells
 * @param behind whether that is more than the bound, or nothing tells although it could be known
 * @param behindSinceMs ms since 1970; null for one that is not behind, or without a watermark
 * @param heldUpBy for one that is behind: the stage that has its changes, by the newest pulse that
 *     each has passed on; null while it is not known
 * @param cached sessions in its index; null when Redis does not tell
 * @param instance that has it; null when none says so
 */
record Lane(
    int lane,
    @Nullable Long lagMs,
    boolean behind,
    @Nullable Long behindSinceMs,
    @Nullable String heldUpBy,
    @Nullable Long cached,
    @Nullable String instance) {}
