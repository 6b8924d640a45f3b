package dev.sessioncache.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What happens to the processes of the streaming app. */
final class AppFaults {

  static final List<Fault> ALL =
      List.of(
          new Fault("app killed", AppFaults::kill),
          new Fault("app killed twice", AppFaults::killTwice),
          new Fault("app stopped and started", AppFaults::stop),
          new Fault("app frozen", AppFaults::freeze),
          new Fault("state directory deleted", AppFaults::deleteState),
          new Fault("second instance comes and goes", AppFaults::secondInstance));

  /** Of the one that captures, while others stand by. */
  static final List<Fault> OF_THE_ACTIVE =
      List.of(
          new Fault("active capture killed", AppFaults::killActive),
          new Fault("active capture frozen until another captures", AppFaults::freezeActive));

  private AppFaults() {}

  private static void kill(World world, Random random) throws InterruptedException {
    App app = world.apps().any(random);
    app.kill();
    Fault.last(random, 0, 1_000);
    app.start();
  }

  /** The second time while it starts. */
  private static void killTwice(World world, Random random) throws InterruptedException {
    App app = world.apps().any(random);
    app.kill();
    app.start();
    Fault.last(random, 500, 4_000);
    app.kill();
    app.start();
  }

  private static void stop(World world, Random random) throws InterruptedException {
    App app = world.apps().any(random);
    app.stop();
    Fault.last(random, 0, 1_000);
    app.start();
  }

  private static void freeze(World world, Random random) throws InterruptedException {
    App app = world.apps().any(random);
    app.pause();
    Fault.last(random, 500, 5_000);
    app.resume();
  }

  private static void killActive(World world, Random random) {
    App active = world.activeCapture();
    active.kill();
    world.awaitSuccessor(active);
    active.start();
  }

  /** It wakes up as one that was replaced, with whatever it was about to write. */
  private static void freezeActive(World world, Random random) throws InterruptedException {
    App active = world.activeCapture();
    active.pause();
    world.awaitSuccessor(active);
    Fault.last(random, 0, 1_000);
    active.resume();
  }

  private static void deleteState(World world, Random random) throws IOException {
    List<App> apps = new ArrayList<>(world.apps().main());
    Collections.shuffle(apps, random);
    for (App app : apps) {
      Path state = app.stateDir();
      if (state != null && Files.exists(state)) {
        app.kill();
        delete(state);
        Proof.that(!Files.exists(state), "the state is gone");
        app.start();
        return;
      }
    }
    throw new Proof.VoidRunException("no state to delete");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void secondInstance(World world, Random random) throws Exception {
    App second = world.apps().make("second");
    second.start();
    Proof.soon(
        "the second instance has lanes", () -> logged(second.process().log(), "lanes_assigned"));
    Fault.last(random, 500, 3_000);
    if (random.nextBoolean()) {
      second.kill();
    } else {
      second.stop();
    }
  }

  private static boolean logged(Path log, String event) throws IOException {
    return Files.exists(log) && Files.readString(log).contains("event=" + event);
  }
}
