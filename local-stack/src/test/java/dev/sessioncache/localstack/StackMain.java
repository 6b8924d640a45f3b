package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts a stack in the directory of its argument, says so, and waits to be killed. */
final class StackMain {

  static final String READY = "ready";

  private StackMain() {}

  public static void main(String[] args) throws InterruptedException {
    long begin = System.nanoTime();
    LocalStack.start(StackOptions.kept(Path.of(args[0])));
    System.out.println(READY + " " + (System.nanoTime() - begin) / 1_000_000);
    new CountDownLatch(1).await();
  }
}
