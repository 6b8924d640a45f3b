@NullMarked
package dev.sessioncache.validate;

import org.jspecify.annotations.NullMarked;
