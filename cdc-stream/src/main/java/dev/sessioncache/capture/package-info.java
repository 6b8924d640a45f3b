/**
 * Reads both tables' changes in commit order and writes them to the topic {@code changes}. {@link
 * dev.sessioncache.capture.Capture} is the story; {@link dev.sessioncache.capture.Continuity}
 * decides between going on and a new baseline; reasons in
 * docs/decisions/0003-the-slot-is-the-only-offset.md.
 */
@NullMarked
package dev.sessioncache.capture;

import org.jspecify.annotations.NullMarked;
