package dev.sessioncache.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.demo.traffic.Validator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.concurrent.TimeUnit;

/**
 * An application with a reader of its own: the command {@code validate}, which is asked a token a
 * line. It ends when its input does, so with this JVM, however that ends.
 */
final class Application implements Validator {

  private static final int SECONDS_TO_END = 5;

  private final Process program;
  private final Writer tokens;
  private final BufferedReader verdicts;

  Application(Process program) {
    this.program = program;
    this.tokens = new OutputStreamWriter(program.getOutputStream(), UTF_8);
    this.verdicts = new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8));
  }

  @Override
  public Verdict validate(String token) throws IOException {
    tokens.write(token + "\n");
    tokens.flush();
    String line = verdicts.readLine();
    if (line == null) {
      throw new IOException("the application has ended");
    }
    String[] words = line.split(" ");
    return switch (words[0]) {
      case "valid" -> words[1].equals("postgres") ? Verdict.MISS : Verdict.HIT;
      case "invalid" -> Verdict.INVALID;
      default -> Verdict.MISS; // nobody could tell
    };
  }

  @Override
  public void close() {
    try {
      tokens.close();
    } catch (IOException e) {
      // It is gone already.
    }
    try {
      if (!program.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        program.destroyForcibly();
      }
    } catch (InterruptedException e) {
      program.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
