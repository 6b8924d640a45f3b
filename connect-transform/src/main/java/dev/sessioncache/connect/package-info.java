/**
 * The plugin of a Kafka Connect worker with which Debezium's stock Postgres connector writes the
 * topic {@code changes}. {@link dev.sessioncache.connect.ChangesTransform} is where to begin; how
 * it is run is documented in docs/connect.md.
 */
@NullMarked
package dev.sessioncache.connect;

import org.jspecify.annotations.NullMarked;
