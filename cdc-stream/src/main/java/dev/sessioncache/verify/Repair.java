package dev.sessioncache.verify;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What is done about drift. Used by one thread. */
interface Repair {

  /** Only tells. */
  Repair NONE =
      new Repair() {
        @Override
        public void begin() {}

        @Override
        public List<Drift> end(Map<Expected, Kind> drift, PostgresLook rows) {
          return drift.entrySet().stream()
              .map(each -> Drift.of(each.getValue(), each.getKey(), false))
              .toList();
        }
      };

  /** To be called before a look that may find drift. */
  void begin();

  /**
   * Repairs what that look has found.
   *
   * @param rows that the look has read
   * @return each drift, and what became of it
   */
  List<Drift> end(Map<Expected, Kind> drift, PostgresLook rows) throws SQLException;
}
