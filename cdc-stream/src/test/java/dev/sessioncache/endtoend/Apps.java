package dev.sessioncache.endtoend;

import dev.sessioncache.app.AppProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** The processes of the streaming app: one with all roles or one for each. Owns them. */
final class Apps implements AutoCloseable {

  private static final Duration SUPERVISED_EVERY = Duration.ofMillis(300);

  private final Map<String, String> settings;
  private final Path directory;
  private final String name;
  private final List<App> main = new ArrayList<>();
  private final List<App> all = new CopyOnWriteArrayList<>();
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private volatile boolean closed;

  Apps(Map<String, String> settings, Path directory, String name, boolean apart) {
    this.settings = settings;
    this.directory = directory;
    this.name = name;
    if (apart) {
      main.add(make("capture", "capture"));
      main.add(make("project", "project"));
      main.add(make("apply", "apply"));
    } else {
      main.add(make("app"));
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
