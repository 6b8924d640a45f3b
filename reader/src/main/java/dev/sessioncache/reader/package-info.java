/**
 * The library that an application reads its sessions through. {@link
 * dev.sessioncache.reader.SessionCache} is what it sees; read that first, then {@link
 * dev.sessioncache.reader.Loader}, which is one validation that memory can't answer, and {@link
 * dev.sessioncache.reader.Tracking}, which says what may be believed.
 */
@NullMarked
package dev.sessioncache.reader;

import org.jspecify.annotations.NullMarked;
