/** What a user would warm Redis with, beside us. */
@NullMarked
package dev.sessioncache.bench.warm;

import org.jspecify.annotations.NullMarked;
