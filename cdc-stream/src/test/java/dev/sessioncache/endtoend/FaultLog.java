package dev.sessioncache.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** When which fault came. For one thread. */
final class FaultLog {

  private final SteadyClock clock;
  private final List<String> lines = new ArrayList<>();
  private int fired;

  FaultLog(SteadyClock clock) {
    this.clock = clock;
  }

  void begins(String fault) {
    lines.add(clock.millis() + " begins: " + fault);
  }

  void ends(String fault) {
    fired++;
    lines.add(clock.millis() + " ends:   " + fault);
  }

  void note(String what) {
    lines.add(clock.millis() + " " + what);
  }

  /** How many faults have fired, each with its proof. */
  int fired() {
    return fired;
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
