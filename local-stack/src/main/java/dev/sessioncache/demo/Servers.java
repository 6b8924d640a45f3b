package dev.sessioncache.demo;

import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.StackOptions;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a run: local ones, which it starts and stops, or those of the environment, which
 * it leaves alone.
 *
 * @param local null for those of the environment
 * @param startSeconds null for those of the environment
 */
record Servers(Endpoints endpoints, @Nullable LocalStack local, @Nullable Double startSeconds)
    implements AutoCloseable {

  static Servers given(Endpoints endpoints) {
    return new Servers(endpoints, null, null);
  }

  static Servers start(DataDirectory directory) {
    long started = System.nanoTime();
    LocalStack stack = LocalStack.start(StackOptions.kept(directory.servers()));
    return new Servers(
        new Endpoints(stack.databaseUrl(), stack.redisUrl(), stack.kafkaBootstrapServers()),
        stack,
        (System.nanoTime() - started) / 1e9);
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
  }
}
