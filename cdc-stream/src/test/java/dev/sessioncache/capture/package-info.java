@NullMarked
package dev.sessioncache.capture;

import org.jspecify.annotations.NullMarked;
