package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Redis as a cache: its memory is all it has. In a kept directory an orderly stop saves it to a
 * file; a killed server always comes back empty, or with what the last orderly stop saved.
 */
final class RedisProgram implements Program {

  private static final String EXECUTABLE = "redis-server";
  private static final String NAME = "redis";

  private final String name;
  private final Path programs;
  private final Path data;
  private final boolean keep;
  private final int port;
  private final List<String> options;

  RedisProgram(StackDirectory directory, int port, RedisVersion version) {
    this(directory, NAME, port, version, List.of());
  }

  /**
   * @param name of the server and of its directory
   * @param options further ones of the command line
   */
  RedisProgram(
      StackDirectory directory, String name, int port, RedisVersion version, List<String> options) {
    this.name = name;
    this.options = List.copyOf(options);
    this.programs = UnpackedPrograms.of(version.resource(), RedisProgram::unpack);
    this.data = directory.path(name);
    this.keep = directory.keep();
    this.port = port;
  }

  private static void unpack(InputStream resource, Path directory) throws IOException {
    Path file = directory.resolve(EXECUTABLE);
    Files.copy(resource, file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new StackException("cannot make " + data, e);
    }
  }

  @Override
  public List<String> command() {
    List<String> line = new ArrayList<>();
    line.add(programs.resolve(EXECUTABLE).toString());
    line.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
    line.addAll(List.of("--dir", data.toString(), "--appendonly", "no"));
    // Redis saves at an orderly stop only when a save point is set; this one is years away.
    line.addAll(keep ? List.of("--save", "100000000", "1") : List.of("--save", ""));
    line.addAll(options);
    return line;
  }

  @Override
  public String stopSignal() {
    return "TERM";
  }

  @Override
  public boolean answers() {
    return Readiness.redis("127.0.0.1", port);
  }
}
