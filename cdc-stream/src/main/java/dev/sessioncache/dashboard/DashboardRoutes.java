package dev.sessioncache.dashboard;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import java.util.function.Consumer;

/** What the page is made of, and what keeps it current, over HTTP. */
public final class DashboardRoutes implements Consumer<RoutesConfig> {

  /** Nothing of others, and nothing that stands in the page itself. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Dashboard dashboard;
  private final Assets assets = new Assets();

  public DashboardRoutes(Dashboard dashboard) {
    this.dashboard = dashboard;
  }

  @Override
  public void accept(RoutesConfig routes) {
    routes.get("/", context -> asset(context, "index.html"));
    routes.get("/assets/{name}", context -> asset(context, context.pathParam("name")));
    routes.sse("/api/events", this::listen);
  }

  /** A browser asks each time whether it is still the same, so that a new version is seen. */
  private void asset(Context context, String name) {
    assets
        .find(name)
        .ifPresentOrElse(
            asset -> {
              context
                  .header("Content-Security-Policy", POLICY)
                  .header("X-Content-Type-Options", "nosniff")
                  .header("Referrer-Policy", "no-referrer")
                  .header("Cache-Control", "no-cache")
                  .header("ETag", asset.etag());
              if (asset.etag().equals(context.header("If-None-Match"))) {
                context.status(HttpStatus.NOT_MODIFIED);
              } else {
                context.contentType(asset.contentType()).result(asset.bytes());
              }
            },
            () -> context.status(HttpStatus.NOT_FOUND));
  }

  private void listen(SseClient client) {
    client.ctx().header("Cache-Control", "no-store");
    client.ctx().header("X-Accel-Buffering", "no"); // for proxies
    client.keepAlive();
    if (!dashboard.listen(new EventClient(client), since(client.ctx()))) {
      client.sendEvent("full", "{}"); // a browser does not hear of one without data
      client.close();
    }
  }

  /** A browser that comes back names the last message; a page that was hidden does so itself. */
  private static long since(Context context) {
    String last = context.header("Last-Event-ID");
    String since = last == null ? context.queryParam("since") : last;
    try {
      return since == null ? 0 : Long.parseLong(since);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A browser. */
  private record EventClient(SseClient client) implements Subscriber.Client {

    @Override
    public void send(Message message) {
      client.sendEvent(message.name(), message.data(), message.id());
    }

    @Override
    public boolean isGone() {
      return client.terminated();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
