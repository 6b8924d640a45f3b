package dev.sessioncache.localstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP proxy on the loopback address between a program under test and one server, whose {@link
 * Fault} can be changed while connections are open. What a fault holds back passes once it is over,
 * as lost packets are sent again on a real network; only a reset loses bytes.
 *
 * <p>Owned by the test; safe for all threads. Kafka hands its clients on to the address that it
 * advertises, so a broker can't be put behind it.
 */
public final class FaultProxy implements AutoCloseable {

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final FaultGate gate = new FaultGate();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fault-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /** Listens at once, on a free port. */
  public FaultProxy(String serverHost, int serverPort) {
    this.server = new InetSocketAddress(serverHost, serverPort);
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new StackException("the fault proxy can't listen", e);
    }
    threads.execute(this::accept);
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Takes effect at once, for connections that are open and for new ones. */
  public void set(Fault fault) {
    set(fault, "");
  }

  /**
   * As {@link #set(Fault)}, for connections only whose client has said that text within its first
   * kilobyte.
   */
  public void set(Fault fault, String greeting) {
    gate.set(fault, greeting);
    if (fault.kind() == Fault.Kind.RESET) {
      connections.stream()
          .filter(connection -> connection.hasSaid(greeting))
          .forEach(ProxiedConnection::resetByFault);
    }
  }

  /**
   * How often faults of that kind have taken effect since the start: pieces held back or delayed,
   * connections held or reset. A fault that never did makes a test void.
   */
  public long count(Fault.Kind kind) {
    return gate.count(kind);
  }

  /** Connections that are open now. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        ProxiedConnection connection =
            new ProxiedConnection(client, server, gate, connections::remove);
        connections.add(connection);
        threads.execute(() -> connection.run(threads));
      } catch (IOException e) {
        // Closed, or a client that has left before it was accepted.
      }
    }
  }

  /** Resets all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new StackException("the fault proxy can't be closed", e);
    } finally {
      gate.set(Fault.none(), "");
      connections.forEach(ProxiedConnection::reset);
      threads.shutdownNow();
    }
  }
}
