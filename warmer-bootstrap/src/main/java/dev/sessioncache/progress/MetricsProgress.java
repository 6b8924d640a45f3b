package dev.sessioncache.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.UsageException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a warm for <a
 * href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus</a>, served while
 * it runs. Answers from a thread of the server's own.
 */
public final class MetricsProgress implements Progress {

  private static final String PATH = "/metrics";
  private static final String PREFIX = "warmer.warm.";

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer server;
  private volatile ProgressFigures figures =
      new ProgressFigures(0, 0, 0, 0, 0, 0, 0, Duration.ZERO);

  private MetricsProgress(HttpServer server) {
    this.server = server;
    counter("looked", "Sessions read, or found in Redis", ProgressFigures::looked);
    counter("present", "Sessions found in Redis", ProgressFigures::present);
    counter("written", "Sessions acknowledged by Redis", ProgressFigures::written);
    counter("older", "Sessions that are newer in Redis", ProgressFigures::older);
    counter("failed", "Sessions that can't be put into Redis", ProgressFigures::failed);
    counter("retries", "Requests to Redis that were repeated", ProgressFigures::retries);
    gauge("count", "Sessions that the warm takes at most", ProgressFigures::count);
    gauge("progress.ratio", "Share of these that were looked at", ProgressFigures::share);
    server.createContext(PATH, this::answer);
    server.start();
  }

  /**
   * Begins to serve.
   *
   * @param address host:port
   */
  public static MetricsProgress at(String address) {
    int colon = address.lastIndexOf(':');
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      InetSocketAddress socket =
          new InetSocketAddress(address.substring(0, Math.max(0, colon)), port);
      return new MetricsProgress(HttpServer.create(socket, 0));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--metrics needs one host:port, as in 127.0.0.1:9404");
    } catch (IOException e) {
      throw new OperationException("--metrics: can't listen at " + address + ": name another", e);
    }
  }

  private void counter(String name, String description, ToDoubleFunction<ProgressFigures> value) {
    FunctionCounter.builder(PREFIX + name, this, my -> value.applyAsDouble(my.figures))
        .description(description)
        .register(meters);
  }

  private void gauge(String name, String description, ToDoubleFunction<ProgressFigures> value) {
    Gauge.builder(PREFIX + name, this, my -> value.applyAsDouble(my.figures))
        .description(description)
        .register(meters);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] text = meters.scrape().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(200, text.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(text);
    }
  }

  @Override
  public void update(ProgressFigures latest) {
    figures = latest;
  }

  @Override
  public void close() {
    server.stop(0);
    meters.close();
  }
}
