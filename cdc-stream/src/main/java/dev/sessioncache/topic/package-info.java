/**
 * The lanes: topics with one number of partitions, and the rule that puts a user and everything
 * that belongs to the user into one of them. Read {@link dev.sessioncache.topic.Lanes} first.
 */
@NullMarked
package dev.sessioncache.topic;

import org.jspecify.annotations.NullMarked;
