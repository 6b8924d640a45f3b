/**
 * The life of the platform while the demo looks on: users whose sessions change in Postgres, and
 * applications that read them from Redis. Both are measured here and nothing is assumed: latency
 * from the commit to the moment that Redis shows it, and the share of reads that hit. Read {@link
 * dev.sessioncache.demo.traffic.Traffic} first.
 */
@NullMarked
package dev.sessioncache.demo.traffic;

import org.jspecify.annotations.NullMarked;
