package dev.sessioncache.app;

/** What may be wrong with a secured connection. */
enum Wrong {
  PASSWORD,
  /** The authority is another one. */
  CA,
  /** The certificate is for another one. */
  HOST,
  /** The server speaks TLS, and we do not. */
  NO_TLS_HERE,
  /** We speak TLS, and the server does not. */
  NO_TLS_THERE
}
