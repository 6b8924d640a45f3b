/**
 * Turns row changes into what is to be cached, lane by lane, as a Kafka Streams topology of one
 * sub-topology without repartitioning. {@link dev.sessioncache.project.ProjectTopology} names its
 * parts, {@link dev.sessioncache.project.LaneProcessor} reads as the story of one change.
 */
@NullMarked
package dev.sessioncache.project;

import org.jspecify.annotations.NullMarked;
