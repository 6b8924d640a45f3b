package dev.sessioncache.endtoend;

import java.util.List;

/** One thing that always holds, judged at the end of a round. */
interface Guarantee {

  /** Where it did not hold; empty when it did. */
  List<Violation> judge(Evidence evidence) throws Exception;

  default String name() {
    return getClass().getSimpleName();
  }

  default Violation violation(String token, String what) {
    return new Violation(name(), token, what);
  }
}
