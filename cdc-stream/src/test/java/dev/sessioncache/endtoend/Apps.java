package dev.sessioncache.endtoend;

import dev.sessioncache.app.AppProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** The processes of the streaming app: some with all roles or one for each role. Owns them. */
final class Apps implements AutoCloseable {

  private static final Duration SUPERVISED_EVERY = Duration.ofMillis(300);

  private final Map<String, String> settings;
  private final Path directory;
  private final String name;
  private final List<App> main = new ArrayList<>();
  private final List<App> all = new CopyOnWriteArrayList<>();
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private volatile boolean closed;

  /**
   * @param instances how many have all roles; 0 for one process for each role
   */
  Apps(Map<String, String> settings, Path directory, String name, int instances) {
    this.settings = settings;
    this.directory = directory;
    this.name = name;
    if (instances == 0) {
      main.add(make("capture", "capture"));
      main.add(make("project", "project"));
      main.add(make("apply", "apply"));
    }
    for (int i = 1; i <= instances; i++) {
      main.add(make(instances == 1 ? "app" : "app" + i));
    }
  }

  /** Another process, not started yet. */
  App make(String label, String... roles) {
    Path stateDir = directory.resolve("state-" + label);
    Map<String, String> own = new HashMap<>(settings);
    own.put("project.state.dir", stateDir.toString());
    String log = String.format(Locale.ROOT, "endtoend-%s-%s-%d", name, label, all.size());
    App app = new App(label, AppProcess.of(log, own, roles), stateDir);
    all.add(app);
    return app;
  }

  void start() {
    main.forEach(App::start);
    supervisor.start();
  }

  List<App> main() {
    return main;
  }

  App any(Random random) {
    return main.get(random.nextInt(main.size()));
  }

  /** The one of that process id. */
  Optional<App> of(long pid) {
    return main.stream()
        .filter(app -> app.process().isAlive() && app.process().pid() == pid)
        .findAny();
  }

  List<App> all() {
    return all;
  }

  private void supervise() {
    try {
      while (!closed) {
        all.forEach(App::supervise);
        Thread.sleep(SUPERVISED_EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    supervisor.join();
    all.forEach(app -> app.process().close());
  }
}
