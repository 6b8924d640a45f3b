@NullMarked
package dev.sessioncache.apply;

import org.jspecify.annotations.NullMarked;
