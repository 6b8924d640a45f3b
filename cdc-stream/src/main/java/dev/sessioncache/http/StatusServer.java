package dev.sessioncache.http;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.json.JsonText;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what is asked over HTTP; it changes nothing. Owns its threads. */
public final class StatusServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatusServer.class);

  private static final int THREADS = 12;
  private static final String JSON = "application/json";
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private final HttpSettings settings;
  private final PrometheusMeterRegistry meters;
  private final Readiness readiness;
  private final Supplier<String> status;
  private final Consumer<RoutesConfig> more;
  private final Javalin server;

  /**
   * Listens to nobody yet.
   *
   * @param status one JSON object
   * @param more routes beside its own
   */
  public StatusServer(
      HttpSettings settings,
      PrometheusMeterRegistry meters,
      Readiness readiness,
      Supplier<String> status,
      Consumer<RoutesConfig> more) {
    this.settings = settings;
    this.meters = meters;
    this.readiness = readiness;
    this.status = status;
    this.more = more;
    this.server = Javalin.create(this::configure);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.jetty.threadPool = threads();
    config.http.prefer405over404 = true;
    config.routes.get("/metrics", this::metrics);
    config.routes.get("/health/live", context -> context.contentType(JSON).result("{}"));
    config.routes.get("/health/ready", this::ready);
    config.routes.get("/api/status", context -> context.contentType(JSON).result(status.get()));
    more.accept(config.routes);
  }

  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("http");
    threads.setDaemon(true);
    return threads;
  }

  /**
   * Listens, unless there is no port.
   *
   * @return where others reach it
   * @throws OperationException when the port can't be had
   */
  public Optional<String> start() {
    if (settings.port().isEmpty()) {
      return Optional.empty();
    }
    int port = settings.port().get();
    try {
      server.start(settings.host(), port);
    } catch (JavalinBindException e) {
      throw new OperationException(
          "nobody can be served at %s:%d, which is taken or not ours: set another http.port (0 for any), or none"
              .formatted(settings.host(), port),
          e);
    }
    String url = "http://%s:%d".formatted(ReachableHost.inUrl(settings.host()), server.port());
    log.info("event=http_started url={}", url);
    return Optional.of(url);
  }

  /** In the format that is asked for, of those of Prometheus. */
  private void metrics(Context context) {
    String accepted = String.valueOf(context.header("Accept"));
    context
        .contentType(
            accepted.contains(OPEN_METRICS)
                ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8")
        .result(
            accepted.contains(OPEN_METRICS)
                ? meters.scrape(OPEN_METRICS + "; version=1.0.0")
                : meters.scrape());
  }

  private void ready(Context context) {
    Map<String, String> reasons = readiness.reasons();
    context
        .status(reasons.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .contentType(JSON)
        .result(
            JsonText.object(
                json -> {
                  json.writeBooleanField("ready", reasons.isEmpty());
                  json.writeObjectFieldStart("reasons");
                  for (Map.Entry<String, String> reason : reasons.entrySet()) {
                    json.writeStringField(reason.getKey(), reason.getValue());
                  }
                  json.writeEndObject();
                }));
  }

  @Override
  public void close() {
    server.stop();
  }
}
