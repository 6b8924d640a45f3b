package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports on the loopback address, remembered in a file so that a kept stack comes back on
 * its former ports when they are free.
 *
 * <p>They lie below the range from which Linux takes the ports of outgoing connections (32768 and
 * up): otherwise a client that tries to reach a killed server can be given the server's own port,
 * connects to itself and keeps the server from coming back.
 */
final class Ports {

  /**
   * The number of the test JVM in {@code -Dfork=fork-1}, from 1 on: between the look at a port and
   * the start of its server another one could take it, so each has a part of the range for itself.
   */
  private static final int FORK = fork(System.getProperty("fork", ""));

  private static final int PORTS_OF_A_FORK = 3_000;
  private static final int LOWEST = 20_000 + FORK * PORTS_OF_A_FORK;
  private static final int HIGHEST = LOWEST + PORTS_OF_A_FORK;
  private static final int ATTEMPTS = 1_000;

  private final Path file;
  private final Properties chosen = new Properties();
  private final Set<Integer> given = new HashSet<>();

  Ports(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        chosen.load(reader);
      } catch (IOException e) {
        throw new StackException("cannot read " + file, e);
      }
    }
  }

  private static int fork(String name) {
    return name.matches("fork-[1-3]") ? name.charAt(name.length() - 1) - '0' : 0;
  }

  /** The port remembered under that name if it is free, else another one. */
  int port(String name) {
    int port = Integer.parseInt(chosen.getProperty(name, "0"));
    if (port == 0 || given.contains(port) || !isFree(port)) {
      port = free(given);
    }
    given.add(port);
    remember(name, port);
    return port;
  }

  static int free(Set<Integer> given) {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (!given.contains(port) && isFree(port)) {
        return port;
      }
    }
    throw new StackException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  private void remember(String name, int port) {
    chosen.setProperty(name, Integer.toString(port));
    try (Writer writer = Files.newBufferedWriter(file)) {
      chosen.store(writer, null);
    } catch (IOException e) {
      throw new StackException("cannot write " + file, e);
    }
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
