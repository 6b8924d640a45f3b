/** What docs/deploy holds for operators is right: rules, dashboards, containers, manifests. */
@NullMarked
package dev.sessioncache.deploy;

import org.jspecify.annotations.NullMarked;
