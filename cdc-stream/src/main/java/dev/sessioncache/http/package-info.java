/**
 * Tells over HTTP how a process of the stream is: metrics for Prometheus, health, status. {@link
 * dev.sessioncache.http.StatusServer} is the server, {@link dev.sessioncache.http.Readiness} says
 * whether the process does its work. What is told: docs/operations.md.
 */
@NullMarked
package dev.sessioncache.http;

import org.jspecify.annotations.NullMarked;
