@NullMarked
package dev.sessioncache.verify;

import org.jspecify.annotations.NullMarked;
