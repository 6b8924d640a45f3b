package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LeftBehind.Place;
import dev.sessioncache.doctor.Doctor;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.replay.Replay;
import dev.sessioncache.validate.Validate;
import dev.sessioncache.verify.Verify;
import dev.sessioncache.warm.Estimate;
import dev.sessioncache.warm.Stats;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * All programs run, and servers fail, with canaries in tokens, passwords, keys and personal data;
 * then everything that this has left anywhere is searched for them.
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class CanaryIT {

  private static final String TOKEN = "canarytoken";
  private static final String MAIL = "canarymail";
  private static final String KEY = "ca0a27".repeat(11);

  /** Where nothing of a document may stand. */
  private static final List<Place> OF_DOCUMENTS =
      List.of(Place.RECORD_VALUE, Place.REDIS_VALUE, Place.STATE_FILE);

  private final LeftBehind left = new LeftBehind();
  private final HttpClient http = HttpClient.newHttpClient();
  private Stack stack;
  private Path directory;
  private Pipeline pipeline;
  private CanaryLogin login;
  private TokenHash hash;

  @BeforeEach
  void prepare(Stack stack, @TempDir Path directory, TestInfo test) throws Exception {
    this.stack = stack;
    this.directory = directory;
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, "canary_" + number, directory.resolve("state"));
    login = new CanaryLogin(stack, pipeline);
    hash = TokenHash.NONE;
    pipeline.user(MAIL, "member");
    IntStream.range(0, 8).forEach(i -> pipeline.session(token(i), MAIL));
  }

  @AfterEach
  void close() throws Exception {
    stack.kafka().start();
    login.close();
    pipeline.close();
    LeftBehind.emptyRedis(stack.redisUrl()); // the next one looks at all of it
  }

  @Test
  void shouldLeaveNoSecretAnywhereWhenTokensAreHashed() throws Exception {
    leavesNoSecret(true);
  }

  @Test
  @Tag("soak")
  void shouldLeaveTheTokenInKeysOfRedisAloneWhenItIsNotHashed() throws Exception {
    leavesNoSecret(false);
  }

  private void leavesNoSecret(boolean hashed) throws Exception {
    if (hashed) {
      pipeline.set("token.hash", "hmac-sha256");
      pipeline.set("token.hash.key", KEY);
      hash = TokenHash.hmacSha256(TokenKey.parse(KEY));
    }
    try (LoggedEvents logged = new LoggedEvents();
        ChildProcess warm = WarmProcess.of("canary-warm", pipeline.settings());
        ChildProcess stream = AppProcess.of("canary-stream", pipeline.settings())) {
      warm(warm);
      stream.start();
      left.commandLine(stream.pid());
      pipeline.awaitQuiet();
      change();
      read();
      sendWhatCantBeRead();
      if (hashed) {
        failKafka();
      }
      failRedis();
      spoil();
      assertThat(run(new Verify(), "--all", "--repair", "--json").out()).contains("\"repaired\":3");
      awaitCached(0);
      for (Callable<Integer> program :
          List.<Callable<Integer>>of(new Doctor(), new Stats(), new Estimate(), new Replay())) {
        assertSucceeds(run(program));
      }
      validate();
      failLogins();
      tellOverHttp();
      left.topics(stack, pipeline.name);
      left.redis(stack.redisUrl());
      stream.stop(); // and writes what its stores hold
      left.files(directory.resolve("state"));
      left.log(stream.log());
      left.add(Place.LOG, "this JVM", logged.text());
    }
    judge(hashed);
  }

  private static String token(int number) {
    return TOKEN + "-" + number;
  }

  private boolean isCached(int number) {
    return pipeline.cached(hash.of(token(number))).isPresent();
  }

  private void awaitCached(int number) {
    await("cached").atMost(Pipeline.SOON).until(() -> isCached(number));
  }

  private void awaitGone(int number) {
    await("gone").atMost(Pipeline.SOON).until(() -> !isCached(number));
  }

  private void warm(ChildProcess warm) throws IOException {
    warm.start();
    left.commandLine(warm.pid());
    assertThat(warm.endsWithin(Pipeline.SOON)).isTrue();
    assertThat(warm.exitCode()).as(warm.logTail()).isZero();
    assertThat(isCached(0)).isTrue();
    left.log(warm.log());
  }

  /** Of each kind, over the stream. */
  private void change() {
    pipeline.execute(
        """
        update platform.user_sessions set request_count = 1;
        update platform.user_sessions set token = '%1$s-11' where token = '%1$s-1';
        update platform.user_sessions set revoked_at = now() where token = '%1$s-2';
        delete from platform.user_sessions where token = '%1$s-3'
        """
            .formatted(TOKEN));
    awaitCached(11);
    IntStream.of(1, 2, 3).forEach(this::awaitGone);
  }

  /** By an application: a miss that fills Redis, tokens that are none, and ones that change. */
  private void read() throws Exception {
    try (SessionCache sessions = ReaderInJvm.open(pipeline.settings())) {
      pipeline.redis().del(sessionKey(4));
      assertThat(sessions.validate(token(4))).isPresent();
      awaitCached(4);
      assertThat(sessions.validate(token(99))).isEmpty();
      assertThat(sessions.warm(token(5)).toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isPresent();
      sessions.invalidate(token(5)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  /** Written by somebody else, of a session: it is uncached until its next change. */
  private void sendWhatCantBeRead() throws Exception {
    Map<String, Object> properties = Map.of("bootstrap.servers", stack.kafkaBootstrapServers());
    int lane = new Lanes(Pipeline.LANES).of(Pipeline.uuid(MAIL));
    String row = "user_sessions/" + Pipeline.uuid(token(6));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String topic : List.of("changes", "entries")) {
        String key = topic.equals("changes") ? row : sessionKey(7);
        producer
            .send(
                new ProducerRecord<>(
                    pipeline.name + "." + topic, lane, key.getBytes(UTF_8), "{\"".getBytes(UTF_8)))
            .get(20, TimeUnit.SECONDS);
      }
    }
    IntStream.of(6, 7).forEach(this::awaitGone);
    pipeline.execute("update platform.user_sessions set request_count = 2");
    IntStream.of(6, 7).forEach(this::awaitCached);
  }

  private String sessionKey(int number) {
    return pipeline.name + ":session:" + hash.of(token(number));
  }

  private void failKafka() {
    stack.kafka().kill();
    pipeline.session(token(20), MAIL);
    stack.kafka().start();
    awaitCached(20);
  }

  /** Its refusals quote the command, and what it is about. */
  private void failRedis() {
    login.forbid();
    pipeline.session(token(21), MAIL);
    await("Redis refuses")
        .atMost(Pipeline.SOON)
        .until(() -> get("/metrics").lines().anyMatch(CanaryIT::isRetry));
    login.allow();
    awaitCached(21);
    pipeline.awaitQuiet();
  }

  private static boolean isRetry(String line) {
    return line.startsWith("warmer_apply_retries_total") && !line.endsWith(" 0.0");
  }

  /** A value that is missing, one that is none, and one under a key that nobody has. */
  private void spoil() {
    RedisClusterCommands<String, String> redis = pipeline.redis();
    redis.set(sessionKey(31), redis.get(sessionKey(4)));
    redis.set(sessionKey(4), "{}");
    redis.del(sessionKey(0));
  }

  private CommandRun run(Callable<Integer> program, String... options) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--verbose";
    CommandRun run = CommandRun.of(program, directory, pipeline.settings(), all);
    left.add(Place.OUTPUT, program.getClass().getSimpleName(), run.out() + run.err());
    return run;
  }

  private static void assertSucceeds(CommandRun run) {
    assertThat(run.exit()).as(run.err()).isZero();
  }

  private void validate() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream((token(4) + "\n" + token(99) + "\n").getBytes(UTF_8)));
    try {
      CommandRun run = run(new Validate());
      assertSucceeds(run);
      assertThat(run.out()).contains("valid ");
    } finally {
      System.setIn(before);
    }
  }

  private void failLogins() {
    login.useWrongPasswords();
    for (Callable<Integer> program :
        List.<Callable<Integer>>of(new Doctor(), new Verify(), new Estimate(), new Stats())) {
      assertThat(run(program).exit()).as(program.toString()).isEqualTo(1);
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    String url = pipeline.status("capture").orElseThrow().path("http").asText();
    return http.send(
            HttpRequest.newBuilder(URI.create(url + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void tellOverHttp() throws Exception {
    for (String path : List.of("/metrics", "/health/live", "/health/ready", "/api/status", "/")) {
      left.add(Place.HTTP, path, get(path));
    }
  }

  private void judge(boolean hashed) {
    left.assertLookedEverywhere();
    left.assertNowhere(List.of(KEY));
    left.assertNowhere(CanaryLogin.PASSWORDS);
    assertThat(left.placesOf(MAIL)).containsExactlyElementsOf(OF_DOCUMENTS);
    if (hashed) {
      left.assertNowhere(List.of(TOKEN));
      assertThat(left.placesOf(hash.of(token(0))))
          .contains(Place.RECORD_KEY, Place.RECORD_VALUE, Place.REDIS_KEY, Place.STATE_FILE);
    } else {
      assertThat(left.placesOf(TOKEN))
          .contains(Place.RECORD_KEY, Place.RECORD_VALUE, Place.REDIS_KEY, Place.STATE_FILE)
          .isSubsetOf(
              Place.RECORD_KEY,
              Place.RECORD_VALUE,
              Place.RECORD_HEADER,
              Place.REDIS_KEY,
              Place.REDIS_VALUE, // the priority index holds keys
              Place.STATE_FILE);
    }
  }
}
