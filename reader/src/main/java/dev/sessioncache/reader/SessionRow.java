package dev.sessioncache.reader;

import dev.sessioncache.guard.SnapshotPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres says of a token.
 *
 * @param session null when it is that of no valid session
 * @param userId null when there is no such row
 * @param document what Redis is to hold; null when the session is not to be cached, though it may
 *     be valid: it was not used for long, or the token is another spelling of its own
 * @param liveUntil until when
 * @param position of the snapshot that has read it
 */
record SessionRow(
    @Nullable Session session,
    @Nullable String userId,
    byte @Nullable [] document,
    Instant liveUntil,
    SnapshotPosition position) {}
