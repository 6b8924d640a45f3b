/** How a cold cache fills while an application reads it. Begin with {@code HitRateBench}. */
@NullMarked
package dev.sessioncache.bench.hitrate;

import org.jspecify.annotations.NullMarked;
