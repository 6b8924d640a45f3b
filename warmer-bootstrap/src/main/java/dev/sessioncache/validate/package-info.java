/** The command {@code validate}, which reads sessions as an application does. */
@NullMarked
package dev.sessioncache.validate;

import org.jspecify.annotations.NullMarked;
