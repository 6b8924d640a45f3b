package dev.sessioncache.bench.report;

/** How a case is shown that is about more than the time that it took as a whole. */
interface CaseView {

  /** A chart. */
  String svg();

  /** In Markdown, below the times. */
  String table();
}
