@NullMarked
package dev.sessioncache.replay;

import org.jspecify.annotations.NullMarked;
