package dev.sessioncache.app;

import dev.sessioncache.lanes.WarmerLanes;

/** The command {@code lanes} as a program of its own, which takes the files of the stream. */
public final class LanesProgram {

  private LanesProgram() {}

  public static void main(String... args) {
    System.exit(WarmerLanes.run(CdcStream.sections(), args));
  }
}
