@NullMarked
package dev.sessioncache.app;

import org.jspecify.annotations.NullMarked;
