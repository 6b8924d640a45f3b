/**
 * The tables of the demo and what is in them: users and sessions that look like those of a real
 * platform, the same ones for the same seed. Read {@link dev.sessioncache.demo.data.DemoData}
 * first.
 */
@NullMarked
package dev.sessioncache.demo.data;

import org.jspecify.annotations.NullMarked;
