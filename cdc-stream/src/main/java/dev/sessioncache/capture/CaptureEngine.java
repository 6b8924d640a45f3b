package dev.sessioncache.capture;

/** Who reads the log of Postgres. */
public enum CaptureEngine {
  /** We do, with Debezium's engine in our process. */
  EMBEDDED,
  /** A connector of Kafka Connect; we watch it (docs/connect.md). */
  CONNECT
}
