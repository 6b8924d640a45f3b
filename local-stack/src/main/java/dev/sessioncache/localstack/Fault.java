package dev.sessioncache.localstack;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes that pass through it.
 *
 * @param kind what is done
 * @param pause how long a piece is held back, by {@link Kind#LATENCY} and {@link Kind#SLICER}
 * @param bytes how many may pass, for {@link Kind#LIMIT_DATA}; size of a piece, for {@link
 *     Kind#SLICER}
 */
public record Fault(Kind kind, Duration pause, int bytes) {

  /** The kinds of faults. */
  public enum Kind {
    /** Everything passes. */
    NONE,
    /** Every piece passes after a pause. */
    LATENCY,
    /** Connections are accepted and stay open, but nothing passes: no answer, no reset. */
    BLACKHOLE,
    /** What the client sends does not pass; answers do. */
    TO_SERVER_HELD,
    /** What the server sends does not pass; requests do. */
    TO_CLIENT_HELD,
    /** Open connections are reset at once, new ones as soon as they are accepted. */
    RESET,
    /** A connection is reset after a number of bytes in one direction. */
    LIMIT_DATA,
    /** Everything passes in small pieces with a pause before each. */
    SLICER
  }

  public static Fault none() {
    return of(Kind.NONE);
  }

  public static Fault latency(Duration pause) {
    return new Fault(Kind.LATENCY, pause, 0);
  }

  public static Fault blackhole() {
    return of(Kind.BLACKHOLE);
  }

  /** The half-open connection whose server hears nothing more. */
  public static Fault toServerHeld() {
    return of(Kind.TO_SERVER_HELD);
  }

  /** The half-open connection whose client hears nothing more. */
  public static Fault toClientHeld() {
    return of(Kind.TO_CLIENT_HELD);
  }

  public static Fault reset() {
    return of(Kind.RESET);
  }

  public static Fault limitData(int bytes) {
    return new Fault(Kind.LIMIT_DATA, Duration.ZERO, bytes);
  }

  public static Fault slicer(int bytes, Duration pause) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a piece has at least one byte");
    }
    return new Fault(Kind.SLICER, pause, bytes);
  }

  private static Fault of(Kind kind) {
    return new Fault(kind, Duration.ZERO, 0);
  }

  boolean holds(boolean toServer) {
    return kind == Kind.BLACKHOLE || kind == (toServer ? Kind.TO_SERVER_HELD : Kind.TO_CLIENT_HELD);
  }
}
