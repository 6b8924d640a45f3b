package dev.sessioncache.dashboard;

import dev.sessioncache.http.HttpSettings;
import dev.sessioncache.http.Readiness;
import dev.sessioncache.http.StatusServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.util.Optional;

/** The page of a process, with a scene behind it in place of servers. */
final class PageServer implements AutoCloseable {

  final Dashboard dashboard;
  final String url;
  private final StatusServer server;

  /**
   * @param port 0 for any
   */
  PageServer(Scene scene, int port) {
    this.dashboard = new Dashboard(Scene.SETTINGS, scene::own, scene.clock);
    dashboard.use(scene::servers);
    this.server =
        new StatusServer(
            new HttpSettings("127.0.0.1", Optional.of(port)),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new Readiness(),
            () -> dashboard.cluster().toString(),
            new DashboardRoutes(dashboard));
    this.url = server.start().orElseThrow();
  }

  /** Begins to tell. */
  PageServer start() {
    dashboard.start();
    return this;
  }

  int port() {
    return URI.create(url).getPort();
  }

  @Override
  public void close() {
    dashboard.close();
    server.close();
  }
}
