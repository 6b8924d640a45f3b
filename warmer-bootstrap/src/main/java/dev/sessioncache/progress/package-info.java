/**
 * How a warm tells people and programs how far it has come. {@link
 * dev.sessioncache.progress.Progress} is what all of them do; read it first.
 */
@NullMarked
package dev.sessioncache.progress;

import org.jspecify.annotations.NullMarked;
