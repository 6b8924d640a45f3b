/** How something is measured: in turn with what it is compared with, all that it costs. */
@NullMarked
package dev.sessioncache.bench.measure;

import org.jspecify.annotations.NullMarked;
