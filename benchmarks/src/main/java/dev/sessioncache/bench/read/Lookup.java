package dev.sessioncache.bench.read;

/** A way to read a cached session. Used by many threads. */
interface Lookup extends AutoCloseable {

  String name();

  /** Returns whether Redis has answered, with a document. */
  boolean isAnswered(String token);

  @Override
  void close();
}
