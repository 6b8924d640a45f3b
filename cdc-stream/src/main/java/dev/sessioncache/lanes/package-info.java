/**
 * The lanes as an operator sees them: what they are, how far each has come, and how their number is
 * changed. {@link dev.sessioncache.lanes.WarmerLanes} is the command, {@link
 * dev.sessioncache.lanes.LaneChange} the change; reasons in docs/scaling.md.
 */
@NullMarked
package dev.sessioncache.lanes;

import org.jspecify.annotations.NullMarked;
