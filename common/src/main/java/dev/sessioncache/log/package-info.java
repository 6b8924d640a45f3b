/**
 * How the programs log: one line for each event, {@code event=name key=value ...}, as text or as
 * JSON. Read {@link dev.sessioncache.log.LogEncoder} first; what is logged: docs/logging.md.
 */
@NullMarked
package dev.sessioncache.log;

import org.jspecify.annotations.NullMarked;
