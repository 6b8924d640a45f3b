package dev.sessioncache.localstack;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection through a {@link FaultProxy}: two threads, one per direction. */
final class ProxiedConnection {

  private static final int PIECE = 64 * 1024;
  private static final int GREETING = 1024;
  private static final int CONNECT_MILLIS = 5_000;

  private final Socket client;
  private final Socket server = new Socket();
  private final InetSocketAddress address;
  private final FaultGate gate;
  private final Consumer<ProxiedConnection> onEnd;
  private volatile String greeting = "";
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger openDirections = new AtomicInteger(2);

  ProxiedConnection(
      Socket client, InetSocketAddress address, FaultGate gate, Consumer<ProxiedConnection> onEnd) {
    this.client = client;
    this.address = address;
    this.gate = gate;
    this.onEnd = onEnd;
  }

  void run(Executor threads) {
    try {
      if (gate.admit().kind() == Fault.Kind.RESET) {
        resetByFault();
        return;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(address, CONNECT_MILLIS);
    } catch (IOException e) {
      reset();
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    threads.execute(() -> pump(server, client, false));
    pump(client, server, true);
  }

  private void pump(Socket from, Socket to, boolean toServer) {
    byte[] piece = new byte[PIECE];
    long settingNumber = -1;
    int passed = 0;
    try {
      while (true) {
        int size = from.getInputStream().read(piece);
        if (toServer) {
          hear(piece, size);
        }
        FaultGate.Setting setting = gate.pass(this, toServer);
        if (size < 0) {
          to.shutdownOutput();
          break;
        }
        passed = setting.number() == settingNumber ? passed : 0;
        settingNumber = setting.number();
        if (!write(setting, to.getOutputStream(), piece, size, passed)) {
          return;
        }
        passed += size;
      }
      if (openDirections.decrementAndGet() == 0) {
        end();
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hear(byte[] piece, int size) {
    if (size > 0 && greeting.length() < GREETING) {
      greeting += new String(piece, 0, Math.min(size, GREETING), StandardCharsets.ISO_8859_1);
    }
  }

  boolean hasSaid(String text) {
    return greeting.contains(text);
  }

  /** Returns false when the connection has been reset. */
  private boolean write(
      FaultGate.Setting setting, OutputStream to, byte[] piece, int size, int passed)
      throws IOException, InterruptedException {
    Fault fault = setting.fault();
    switch (fault.kind()) {
      case LATENCY -> {
        gate.tookEffect(Fault.Kind.LATENCY);
        Thread.sleep(fault.pause().toMillis());
        to.write(piece, 0, size);
      }
      case SLICER -> {
        int at = 0;
        while (at < size && gate.isPresent(setting)) {
          gate.tookEffect(Fault.Kind.SLICER);
          Thread.sleep(fault.pause().toMillis());
          int slice = Math.min(fault.bytes(), size - at);
          to.write(piece, at, slice);
          at += slice;
        }
        to.write(piece, at, size - at);
      }
      case LIMIT_DATA -> {
        int allowed = Math.min(size, fault.bytes() - passed);
        to.write(piece, 0, allowed);
        if (allowed < size) {
          gate.tookEffect(Fault.Kind.LIMIT_DATA);
          reset();
          return false;
        }
      }
      case RESET -> {
        resetByFault();
        return false;
      }
      default -> to.write(piece, 0, size);
    }
    return true;
  }

  void resetByFault() {
    gate.tookEffect(Fault.Kind.RESET);
    reset();
  }

  /** Ends both sides with a TCP reset. */
  void reset() {
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      onEnd.accept(this);
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.close();
        } catch (IOException e) {
          // Gone, which is what we want.
        }
      }
    }
  }
}
