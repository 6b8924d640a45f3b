package dev.sessioncache.warm;

import dev.sessioncache.guard.WriteCounts;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A destination made when the first batch is ready. Used by the thread of one warm. */
final class LazyDestination implements InFlight.Destination {

  private final Supplier<InFlight.Destination> maker;
  private InFlight.@Nullable Destination made;

  LazyDestination(Supplier<InFlight.Destination> maker) {
    this.maker = maker;
  }

  @Override
  public CompletionStage<WriteCounts> send(List<Entry> batch) {
    InFlight.Destination destination = made;
    if (destination == null) {
      destination = maker.get();
      made = destination;
    }
    return destination.send(batch);
  }
}
