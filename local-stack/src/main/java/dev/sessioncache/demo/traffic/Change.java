package dev.sessioncache.demo.traffic;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A committed change.
 *
 * @param kind what was done
 * @param session a session that shows it
 * @param visible tells from the session's value in Redis (null: no value) whether it shows there
 * @param committedNanos {@link System#nanoTime()} when Postgres had answered
 */
record Change(
    ChangeKind kind,
    SessionRef session,
    Predicate<@Nullable String> visible,
    long committedNanos) {}
