/** What is kept of a measurement, and the page that is made of it. */
@NullMarked
package dev.sessioncache.bench.report;

import org.jspecify.annotations.NullMarked;
