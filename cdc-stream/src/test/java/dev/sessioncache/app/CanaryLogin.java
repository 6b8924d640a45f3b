package dev.sessioncache.app;

import dev.sessioncache.localstack.Stack;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.net.URI;
import java.util.List;

/** A user of Postgres and of Redis whose passwords are canaries, which a pipeline logs in as. */
final class CanaryLogin implements AutoCloseable {

  private static final String DATABASE = "canarydatabasepassword";
  private static final String REDIS = "canaryredispassword";
  private static final String WRONG = "canarywrongpassword";

  /** All of them. */
  static final List<String> PASSWORDS = List.of(DATABASE, REDIS, WRONG);

  private final Stack stack;
  private final Pipeline pipeline;

  CanaryLogin(Stack stack, Pipeline pipeline) {
    this.stack = stack;
    this.pipeline = pipeline;
    pipeline.execute(
        """
        do $$ begin
          if not exists (select from pg_roles where rolname = 'canary') then
            create role canary superuser login; end if;
        end $$;
        alter role canary password '%s'
        """
            .formatted(DATABASE));
    allow();
    use(DATABASE, REDIS);
  }

  /** For the next start, passwords that are none. */
  void useWrongPasswords() {
    use(WRONG, WRONG);
  }

  private void use(String ofDatabase, String ofRedis) {
    pipeline.set("database.url", with(ofDatabase, pipeline.databaseUrl()));
    pipeline.set("redis.url", with(ofRedis, stack.redisUrl()));
  }

  private static String with(String password, String url) {
    URI uri = URI.create(url);
    return "%s://canary:%s@%s:%d%s"
        .formatted(uri.getScheme(), password, uri.getHost(), uri.getPort(), uri.getPath());
  }

  /** Redis refuses all writes through the guard. */
  void forbid() {
    for (CommandType command : List.of(CommandType.EVAL, CommandType.EVALSHA)) {
      pipeline.redis().aclSetuser("canary", AclSetuserArgs.Builder.removeCommand(command));
    }
  }

  /** Redis takes all. */
  void allow() {
    pipeline
        .redis()
        .aclSetuser(
            "canary",
            AclSetuserArgs.Builder.on().allKeys().allChannels().allCommands().addPassword(REDIS));
  }

  @Override
  public void close() {
    pipeline.redis().aclDeluser("canary");
  }
}
