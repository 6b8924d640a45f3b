package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

  @Test
  void shouldChoosePortsThatNoOutgoingConnectionGets(@TempDir Path directory) {
    Ports ports = new Ports(directory.resolve("ports"));

    List<Integer> chosen = IntStream.range(0, 20).mapToObj(i -> ports.port("server" + i)).toList();

    assertThat(chosen).doesNotHaveDuplicates().allMatch(port -> port < 32_768);
  }

  @Test
  void shouldChooseTheFormerPortWhenItIsFree(@TempDir Path directory) {
    int former = new Ports(directory.resolve("ports")).port("redis");

    assertThat(new Ports(directory.resolve("ports")).port("redis")).isEqualTo(former);
  }

  @Test
  void shouldChooseAnotherPortWhenTheFormerIsTaken(@TempDir Path directory) throws Exception {
    int former = new Ports(directory.resolve("ports")).port("redis");
    try (ServerSocket taken = new ServerSocket(former, 1, InetAddress.getLoopbackAddress())) {
      int port = new Ports(directory.resolve("ports")).port("redis");

      assertThat(port).isNotEqualTo(taken.getLocalPort());
    }
  }
}
