package dev.sessioncache.bench.measure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the processes below this JVM have taken of the processors, each together with those of its
 * children that have ended, see <a
 * href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>.
 *
 * @param seconds by program
 */
public record CpuTimes(Map<String, Double> seconds) {

  static final String POSTGRES = "postgres";
  static final String REDIS = "redis";
  static final String KAFKA = "kafka";
  static final String PROGRAMS = "programs";

  private static final double SECONDS_PER_TICK = 0.01;
  private static final int USER_TIME = 11;
  private static final int FIELDS_OF_OWN = 2;
  private static final int FIELDS_WITH_ENDED_CHILDREN = 4;

  /** As of now, without this JVM itself. */
  public static CpuTimes now() throws IOException {
    return now(false);
  }

  /**
   * As of now.
   *
   * @param withSelf whether this JVM is one of the programs
   */
  static CpuTimes now(boolean withSelf) throws IOException {
    Map<String, Double> seconds = new HashMap<>();
    for (String program : new String[] {POSTGRES, REDIS, KAFKA, PROGRAMS}) {
      seconds.put(program, 0.0);
    }
    long self = ProcessHandle.current().pid();
    seconds.merge(
        PROGRAMS,
        (ticks(self, FIELDS_WITH_ENDED_CHILDREN) - (withSelf ? 0 : ticks(self, FIELDS_OF_OWN)))
            * SECONDS_PER_TICK,
        Double::sum);
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      String program = programOf(child);
      add(seconds, program, child);
      child.descendants().forEach(below -> add(seconds, program, below));
    }
    return new CpuTimes(Map.copyOf(seconds));
  }

  /** What was taken in between. */
  public CpuTimes since(CpuTimes before) {
    Map<String, Double> taken = new HashMap<>();
    seconds.forEach(
        (program, all) -> taken.put(program, all - before.seconds.getOrDefault(program, 0.0)));
    return new CpuTimes(Map.copyOf(taken));
  }

  private static void add(Map<String, Double> seconds, String program, ProcessHandle process) {
    try {
      seconds.merge(
          program,
          ticks(process.pid(), FIELDS_WITH_ENDED_CHILDREN) * SECONDS_PER_TICK,
          Double::sum);
    } catch (IOException e) {
      // It has just ended: its parent has its time now or very soon.
    }
  }

  /** A server is started by a shell that outlives it. */
  private static String programOf(ProcessHandle child) {
    return child
        .children()
        .map(CpuTimes::commandLine)
        .map(CpuTimes::programOf)
        .filter(program -> !program.equals(PROGRAMS))
        .findFirst()
        .orElse(PROGRAMS);
  }

  /** As a whole: {@link ProcessHandle.Info} ends after 4,096 characters, amid a class path. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(process.pid()), "cmdline"), ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  static String programOf(String commandLine) {
    if (commandLine.contains("redis-server")) {
      return REDIS;
    }
    if (commandLine.contains("/bin/postgres")) {
      return POSTGRES;
    }
    return commandLine.contains("localstack.BrokerMain") ? KAFKA : PROGRAMS;
  }

  private static long ticks(long pid, int fields) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int field = USER_TIME; field < USER_TIME + fields; field++) {
      ticks += Long.parseLong(afterName[field]);
    }
    return ticks;
  }
}
