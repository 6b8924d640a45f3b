/**
 * Outages on purpose: {@code warmer break} asks a running {@code warmer up}, which owns the
 * processes, to break one of them for a while. Read {@link dev.sessioncache.demo.outage.Outages}
 * first.
 */
@NullMarked
package dev.sessioncache.demo.outage;

import org.jspecify.annotations.NullMarked;
