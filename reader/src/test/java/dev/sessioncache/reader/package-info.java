@NullMarked
package dev.sessioncache.reader;

import org.jspecify.annotations.NullMarked;
