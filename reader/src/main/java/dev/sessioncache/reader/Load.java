package dev.sessioncache.reader;

import java.util.concurrent.CompletableFuture;

/**
 * The one load of a token at a time: all who ask meanwhile wait for its answer. What it finds is
 * kept in L1 unless it was spoilt before: by a change that Redis has told of, a lost connection, or
 * its own end. Thread-safe.
 */
final class Load {

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private boolean spoilt;

  CompletableFuture<Answer> answer() {
    return answer;
  }

  /** What it finds may be outdated by the time that it is kept. */
  synchronized void spoil() {
    spoilt = true;
  }

  /** Does it before anybody spoils this, or not at all; returns which. */
  synchronized boolean ifUnspoilt(Runnable keep) {
    if (!spoilt) {
      keep.run();
    }
    return !spoilt;
  }
}
