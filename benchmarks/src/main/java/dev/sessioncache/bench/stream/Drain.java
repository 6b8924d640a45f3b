package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.measure.Run;

/** Reads backlogs, each once, one after the other. */
interface Drain {

  String name();

  /** Before the first backlog is written: takes care that it will be there for this one. */
  void begin() throws Exception;

  /** Reads the newest backlog to its end. */
  Run run(Backlog.Marks marks) throws Exception;
}
