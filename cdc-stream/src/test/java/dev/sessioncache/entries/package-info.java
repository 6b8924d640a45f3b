@NullMarked
package dev.sessioncache.entries;

import org.jspecify.annotations.NullMarked;
