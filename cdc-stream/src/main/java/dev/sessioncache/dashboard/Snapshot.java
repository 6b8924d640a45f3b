package dev.sessioncache.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the whole is, at one moment. Its fields, in snake case, are what {@code /api/status} tells as
 * {@code cluster} and what the page draws.
 *
 * @param atMs ms since 1970
 * @param self the process that tells it
 * @param from who tells it: {@code redis}, or {@code process} when Redis does not answer and
 *     nothing is known but what this process does
 * @param servers that this process watches: since when each has not answered, ms since 1970; 0
 *     while it answers
 * @param jobs the last records of {@code warm}, {@code verify} and {@code replay}
 * @param generation of the cache: another one means that Redis has lost something
 */
record Snapshot(
    long atMs,
    long boundMs,
    long leaseMs,
    String self,
    String from,
    Verdict verdict,
    Map<String, Long> servers,
    List<Lane> lanes,
    Capture capture,
    Flow flow,
    Lease lease,
    Readers readers,
    List<Process> instances,
    Map<String, JsonNode> jobs,
    String generation) {

  /** The last record of a job; empty when there is none. */
  JsonNode job(String name) {
    return jobs.getOrDefault(name, MissingNode.getInstance());
  }

  /**
   * Who reads the slot.
   *
   * @param instance null when nobody does
   * @param retainedBytes log that Postgres keeps for the slot; null when that is not known
   */
  record Capture(
      @Nullable String instance,
      String mode,
      String reason,
      long baseline,
      boolean complete,
      long term,
      long changes,
      @Nullable Long retainedBytes) {

    static final Capture NONE = new Capture(null, "", "", 0, false, 0, 0, null);
  }

  /**
   * What flows through all processes; null where nothing tells.
   *
   * @param p50Ms from commit to Redis, of the slowest process
   */
  record Flow(
      @Nullable Double changesPerS,
      @Nullable Double entriesPerS,
      @Nullable Double p50Ms,
      @Nullable Double p99Ms,
      long deadLetters) {}

  /** Of all processes together, since they started. */
  record Lease(long kept, long renewed, long putBack, long lanesRefilling, long refilledSessions) {}

  /** What all readers that report have been answered in ten seconds, by tier. */
  record Readers(int count, long l1, long l2, long postgres) {

    /** Null when they have asked for nothing. */
    @Nullable Double share(long of) {
      long all = l1 + l2 + postgres;
      return all == 0 ? null : (double) of / all;
    }
  }

  /**
   * A process of the stream.
   *
   * @param capture its mode; empty when it does not capture
   * @param reasons why it is not ready, by stage
   */
  record Process(
      String instance,
      String http,
      long atMs,
      String capture,
      List<Integer> lanes,
      Map<String, String> reasons) {}
}
