/**
 * The page that shows people how the cache is, and the same for programs. {@link
 * dev.sessioncache.dashboard.Dashboard} makes one picture a second; {@link
 * dev.sessioncache.dashboard.Survey} puts it together of what all processes leave in Redis; {@link
 * dev.sessioncache.dashboard.DashboardRoutes} is what is answered over HTTP. The page itself is
 * among the resources. What it shows: docs/operations.md.
 */
@NullMarked
package dev.sessioncache.dashboard;

import org.jspecify.annotations.NullMarked;
