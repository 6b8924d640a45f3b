package dev.sessioncache.dashboard;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The files of the page, read from the class path once. Nothing else is reachable. Immutable. */
final class Assets {

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /**
   * A file.
   *
   * @param etag changes with its bytes
   */
  record Asset(String contentType, byte[] bytes, String etag) {}

  private final Map<String, Asset> byName =
      Map.ofEntries(
          entry("index.html", read("index.html", "text/html")),
          entry("dashboard.css", read("dashboard.css", "text/css")),
          script("dashboard.js"),
          script("verdict.js"),
          script("figures.js"),
          script("work.js"),
          script("page.js"),
          script("charts.js"),
          script("past.js"),
          script("format.js"),
          entry("icon.svg", read("icon.svg", "image/svg+xml")),
          entry("uplot.js", read(UPLOT + "uPlot.iife.min.js", "text/javascript")),
          entry("uplot.css", read(UPLOT + "uPlot.min.css", "text/css")));

  Optional<Asset> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private static Map.Entry<String, Asset> script(String name) {
    return entry(name, read(name, "text/javascript"));
  }

  private static Asset read(String resource, String type) {
    try (InputStream file = Assets.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("not on the class path: " + resource);
      }
      byte[] bytes = file.readAllBytes();
      return new Asset(type + "; charset=utf-8", bytes, "\"" + hash(bytes) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) { // every JVM has it
      throw new IllegalStateException(e);
    }
  }
}
