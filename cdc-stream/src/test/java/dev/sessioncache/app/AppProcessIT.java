package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Both programs as processes, one after the other on one database. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class AppProcessIT {

  @Test
  @Tag("soak")
  void shouldGoOnAfterItWasKilled(Stack stack, @TempDir Path stateDir) throws Exception {
    try (Pipeline pipeline = new Pipeline(stack, "app_process", stateDir);
        ChildProcess app = AppProcess.of("app-process-it", pipeline.settings());
        ChildProcess warm = WarmProcess.of("warm-process-it", pipeline.settings())) {
      pipeline.user("ada", "admin");
      pipeline.session("warmed", "ada");

      warm.start();

      assertThat(warm.endsWithin(Pipeline.SOON)).isTrue();
      assertThat(warm.exitCode()).as(warm.logTail()).isZero();
      assertThat(pipeline.cached("warmed")).isPresent();

      app.start();
      pipeline.session("streamed", "ada");
      pipeline.awaitCached("streamed");
      app.kill();
      assertThat(app.isAlive()).isFalse();
      assertThat(app.exitCode()).isEqualTo(128 + 9);
      pipeline.execute("update platform.user_sessions set revoked_at = now()");
      app.start();
      pipeline.awaitGone("streamed");
      pipeline.awaitGone("warmed");
      app.stop();

      assertThat(app.exitCode()).as(app.logTail()).isEqualTo(128 + 15);
    }
  }
}
