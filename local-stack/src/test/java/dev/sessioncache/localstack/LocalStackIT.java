package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {

  @Test
  void shouldFindItsDataAgainWhenTheDirectoryIsKept(@TempDir Path temporary) throws Exception {
    StackOptions options = StackOptions.kept(temporary.resolve("kept"));
    String url;
    try (Stack stack = LocalStack.start(options)) {
      url = stack.createDatabase("shop");
      Clients.sql(url, "CREATE TABLE session AS SELECT 42 AS id");
      Clients.redis(stack.redisUrl(), "SET session:42 open");
      Clients.createTopic(stack.kafkaBootstrapServers(), "sessions");
      assertThatThrownBy(() -> LocalStack.start(options))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("a running stack uses " + options.directory());
    }

    try (Stack stack = LocalStack.start(options)) {
      assertThat(Clients.sql(url, "SELECT id FROM session")).isEqualTo("42");
      assertThat(Clients.redis(stack.redisUrl(), "STRLEN session:42")).isEqualTo(":4");
      assertThat(Clients.topics(stack.kafkaBootstrapServers())).contains("sessions");
    }
  }
}
