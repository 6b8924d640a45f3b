package dev.sessioncache.progress;

/** Tells somebody how far a warm has come. Used by the thread of one warm. */
public interface Progress extends AutoCloseable {

  /** Tells nobody. */
  Progress NONE = figures -> {};

  /** A batch has been sent. */
  void update(ProgressFigures figures);

  /** The warm has ended. */
  @Override
  default void close() {}

  /** Tells both. */
  default Progress and(Progress other) {
    Progress first = this;
    return new Progress() {
      @Override
      public void update(ProgressFigures figures) {
        first.update(figures);
        other.update(figures);
      }

      @Override
      public void close() {
        first.close();
        other.close();
      }
    };
  }
}
