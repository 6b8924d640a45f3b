/**
 * Real Postgres, Kafka and Redis servers for the tests, the demo and {@code warmer up}: child
 * processes of this JVM that never outlive it, or containers when Docker is asked for. Read {@link
 * dev.sessioncache.localstack.Stack} first, then {@link dev.sessioncache.localstack.LocalStack}.
 */
@NullMarked
package dev.sessioncache.localstack;

import org.jspecify.annotations.NullMarked;
