@NullMarked
package dev.sessioncache.changes;

import org.jspecify.annotations.NullMarked;
