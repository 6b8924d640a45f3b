package dev.sessioncache.demo.traffic;

import java.io.IOException;

/** An application that validates sessions. Used by one thread. */
public interface Validator extends AutoCloseable {

  /** What has answered for a token. */
  enum Verdict {
    /** Valid, and a cache knew it. */
    HIT,
    /** Valid, but Postgres had to be asked. */
    MISS,
    /** No valid session. */
    INVALID
  }

  Verdict validate(String token) throws IOException;

  @Override
  void close();
}
