package dev.sessioncache.warm;

import dev.sessioncache.guard.WriteCounts;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes nothing, and says of everything that it was written: for a dry run. */
record NoDestination() implements InFlight.Destination {

  @Override
  public CompletionStage<WriteCounts> send(Batch batch) {
    return CompletableFuture.completedFuture(new WriteCounts(batch.entries().size(), 0, 0, 0, 0));
  }

  @Override
  public CompletionStage<Long> present(Batch batch) {
    return CompletableFuture.completedFuture((long) batch.entries().size());
  }
}
