package dev.sessioncache.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.dashboard.Dashboard;
import dev.sessioncache.dashboard.DashboardRoutes;
import dev.sessioncache.dashboard.DashboardSettings;
import dev.sessioncache.dashboard.ServerWatches;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.http.HttpSettings;
import dev.sessioncache.http.Readiness;
import dev.sessioncache.http.StatusServer;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a process tells over HTTP, from its very start: figures, health, status and the page. */
final class Telling implements AutoCloseable {

  private final Readiness readiness;
  private final Dashboard dashboard;
  private final StatusServer server;
  private volatile @Nullable StatusReporter reporter;

  /**
   * @param self name of this process among those that share the lanes
   */
  Telling(
      String self,
      Configuration configuration,
      PrometheusMeterRegistry meters,
      Readiness readiness,
      Clock clock) {
    this.readiness = readiness;
    this.dashboard =
        new Dashboard(
            DashboardSettings.of(
                self,
                configuration.get(LaneSettings.class),
                configuration.get(GuardSettings.class)),
            this::own,
            clock);
    this.server =
        new StatusServer(
            configuration.get(HttpSettings.class),
            meters,
            readiness,
            this::status,
            new DashboardRoutes(dashboard));
  }

  /**
   * Listens, unless there is no port.
   *
   * @return where
   */
  Optional<String> start() {
    Optional<String> url = server.start();
    if (url.isPresent()) {
      dashboard.start();
    }
    return url;
  }

  /** From now on this knows what the stages do. */
  void use(StatusReporter known) {
    reporter = known;
  }

  /** From now on these know of the servers, and of the other processes. */
  void use(ServerWatches watches) {
    dashboard.use(watches);
  }

  private ObjectNode own() {
    StatusReporter known = reporter;
    if (known != null) {
      return known.present();
    }
    ObjectNode starting = JsonNodeFactory.instance.objectNode();
    ObjectNode why = starting.putObject("reasons");
    readiness.reasons().forEach(why::put);
    return starting;
  }

  private String status() {
    ObjectNode status = own();
    status.set("cluster", dashboard.cluster());
    return status.toString();
  }

  @Override
  public void close() {
    dashboard.close();
    server.close();
  }
}
