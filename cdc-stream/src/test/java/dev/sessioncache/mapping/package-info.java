@NullMarked
package dev.sessioncache.mapping;

import org.jspecify.annotations.NullMarked;
