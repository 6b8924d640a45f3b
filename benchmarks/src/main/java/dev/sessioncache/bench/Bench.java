package dev.sessioncache.bench;

import dev.sessioncache.bench.hitrate.HitRateBench;
import dev.sessioncache.bench.latency.LatencyBench;
import dev.sessioncache.bench.measure.Rounds;
import dev.sessioncache.bench.read.ReadBench;
import dev.sessioncache.bench.replay.ReplayBench;
import dev.sessioncache.bench.report.Kept;
import dev.sessioncache.bench.report.Machine;
import dev.sessioncache.bench.report.PerformancePage;
import dev.sessioncache.bench.report.Result;
import dev.sessioncache.bench.size.SizeBench;
import dev.sessioncache.bench.stream.StreamBench;
import dev.sessioncache.bench.warm.WarmBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code warmer bench}. */
@Command(
    name = "warmer bench",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Measures us and what one could take instead, in turn, on servers of its own on this machine. It wants a"
            + " machine that does nothing else.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  warmer bench warm                     1,000 to 1,000,000 sessions: 25 minutes",
      "  warmer bench stream --rounds 2        a backlog of 1,000,000 changes",
      "  warmer bench replay --rounds 3        1,000,000 sessions from the log",
      "  warmer bench latency                  at 1,000 commits a second: 25 minutes",
      "  warmer bench read                     reads of 10,000 cached sessions, by 1 and by 8 threads",
      "  warmer bench hit-rate --rounds 2      how a cold cache of 100,000 sessions fills: 20 minutes",
      "  warmer bench size                     bytes and first start of a stream with 1,000,000 sessions: 10 minutes",
      "  warmer bench warm --keep              also into docs/performance.md",
      "  warmer bench page                     makes docs/performance.md anew of what is kept",
      "",
      "Exit code: 0 measured, 1 it failed, 2 wrong usage."
    })
public final class Bench implements Callable<Integer> {

  private static final int SESSIONS_OF_A_STREAM = 100_000;

  private static final String ROUNDS = "--rounds";
  private static final String SIZES = "--sizes";
  private static final String SECONDS = "--seconds";
  private static final String KEEP = "--keep";
  private static final String JSON = "--json";
  private static final String DEBEZIUM_SERVER = "--debezium-server";
  private static final String AT_LEAST_1 = " must be at least 1";
  private static final List<String> OPTIONS_OF_SOME =
      List.of(SIZES, ROUNDS, KEEP, JSON, SECONDS, DEBEZIUM_SERVER);

  /** What can be measured. */
  enum Area {
    WARM(List.of(1_000, 10_000, 100_000, 1_000_000), SIZES, ROUNDS, KEEP, JSON),
    STREAM(List.of(1_000_000), SIZES, ROUNDS, KEEP, JSON, DEBEZIUM_SERVER),
    REPLAY(List.of(1_000_000), SIZES, ROUNDS, KEEP, JSON),
    LATENCY(List.of(1_000), SIZES, ROUNDS, KEEP, JSON, SECONDS),
    READ(List.of(10_000), SIZES, ROUNDS, KEEP, JSON),
    HIT_RATE(List.of(100_000), SIZES, ROUNDS, KEEP, JSON),
    SIZE(List.of(1_000_000), SIZES, KEEP, JSON),
    /** Measures nothing: makes the page of what is kept. */
    PAGE(List.of());

    private final List<Integer> usualSizes;
    private final Set<String> options;

    Area(List<Integer> usualSizes, String... options) {
      this.usualSizes = usualSizes;
      this.options = Set.of(options);
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
      return label();
    }
  }

  /** As they are given on the command line, and no other way. */
  static final class AreaByLabel implements ITypeConverter<Area> {
    @Override
    public Area convert(String label) {
      return Stream.of(Area.values())
          .filter(area -> area.label().equals(label))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of %s".formatted(label, Arrays.toString(Area.values()))));
    }
  }

  @Parameters(
      paramLabel = "AREA",
      converter = AreaByLabel.class,
      description = "warm, stream, replay, latency, read, hit-rate, size, or page")
  private Area area = Area.PAGE;

  @Option(
      names = ROUNDS,
      paramLabel = "N",
      defaultValue = "5",
      description =
          "counted runs of each, after one that warms up, but for latency; not for size (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = SIZES,
      paramLabel = "N",
      split = ",",
      description =
          "numbers of sessions of a warm, a replay, reads or a size, of changes of a backlog, of commits a second for the latency")
  private List<Integer> sizes = new ArrayList<>();

  @Option(
      names = SECONDS,
      paramLabel = "N",
      defaultValue = "20",
      description =
          "of each run of latency that count, after "
              + LatencyBench.WARM_UP_SECONDS
              + " that warm up (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = DEBEZIUM_SERVER,
      paramLabel = "DIR",
      description =
          "where io.debezium:debezium-server-dist is unpacked, for a stream to measure it too, on the Java of DEBEZIUM_JAVA_HOME (21 or newer)")
  private @Nullable Path debeziumServer;

  @Option(
      names = KEEP,
      description = "keep the result in docs/performance, and make docs/performance.md anew")
  private boolean keep;

  @Option(names = JSON, description = "print the result as JSON")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it calls
  Bench() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String... args) {
    Locale.setDefault(Locale.ROOT); // what is kept is read everywhere
    System.exit(commandLine(new Bench()).execute(args));
  }

  static CommandLine commandLine(Bench command) {
    return new CommandLine(command)
        .setParameterExceptionHandler(
            (e, arguments) ->
                fail(
                    e.getCommandLine().getErr(),
                    2,
                    e.getMessage() + "; warmer bench --help lists the options"))
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> fail(commandLine.getErr(), 1, why(e)));
  }

  /** The message of an exception of files is the bare name of one. */
  private static String why(Exception e) {
    return (e instanceof FileSystemException ? e.getClass().getSimpleName() + ": " : "")
        + e.getMessage();
  }

  private static int fail(PrintWriter err, int code, @Nullable String why) {
    err.println("warmer bench: " + why);
    err.flush();
    return code;
  }

  @Override
  public Integer call() throws Exception {
    requireUse();
    Path home = Path.of(System.getenv().getOrDefault("WARMER_HOME", "."));
    Kept kept = new Kept(home.resolve("docs"));
    if (area == Area.PAGE) {
      writePage(kept);
      return 0;
    }
    if (keep) {
      kept.requireUsable(area.label());
    }
    Result result = measure(home);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? Kept.json(result) : PerformancePage.section(result));
    out.flush();
    if (keep) {
      kept.write(result);
      writePage(kept);
    }
    return 0;
  }

  private void writePage(Kept kept) throws IOException {
    kept.writePage();
    Set<String> there = kept.results().stream().map(Result::area).collect(Collectors.toSet());
    Stream.of(Area.values())
        .filter(one -> one != Area.PAGE && !there.contains(one.label()))
        .forEach(one -> tell("no result is kept: ./warmer bench " + one + " --keep measures it"));
  }

  /**
   * @throws ParameterException when an option would be ignored, or its value can't be
   */
  private void requireUse() {
    for (String option : OPTIONS_OF_SOME) {
      boolean given = spec.commandLine().getParseResult().hasMatchedOption(option);
      require(!given || area.options.contains(option), area + " takes no " + option);
    }
    require(rounds > 0, ROUNDS + AT_LEAST_1);
    require(seconds > 0, SECONDS + AT_LEAST_1);
    require(
        !sizes.isEmpty() || !spec.commandLine().getParseResult().hasMatchedOption(SIZES),
        SIZES + " names no number");
    require(sizes.stream().allMatch(size -> size > 0), SIZES + AT_LEAST_1);
    require(Set.copyOf(sizes).size() == sizes.size(), SIZES + " names a number twice");
    require(
        area != Area.SIZE || sizes.size() < 2, "size takes one number: a first start is the first");
    require(
        debeziumServer == null || Files.isDirectory(debeziumServer.resolve("lib")),
        "there is no Debezium Server in '%s', whose lib is looked for".formatted(debeziumServer));
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private Result measure(Path home) throws Exception {
    List<Result.Case> cases = new ArrayList<>();
    try (Workbench bench = Workbench.start(home)) {
      for (int size : sizes.isEmpty() ? area.usualSizes : sizes) {
        tell("%,d".formatted(size));
        cases.addAll(measured(bench, size));
      }
    }
    return new Result(
        area.label(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        command(),
        Machine.here(),
        cases);
  }

  /** That measures the same again. */
  private String command() {
    return "./warmer bench "
        + spec.commandLine().getParseResult().originalArgs().stream()
            .filter(argument -> !argument.equals("--keep") && !argument.equals("--json"))
            .collect(Collectors.joining(" "));
  }

  private List<Result.Case> measured(Workbench bench, int size) throws Exception {
    Rounds inTurn = new Rounds(rounds, this::tell);
    return switch (area) {
      case WARM -> List.of(new WarmBench(bench, inTurn, this::tell).of(size));
      case STREAM ->
          List.of(
              new StreamBench(bench, rounds, debeziumServer, this::tell)
                  .of(SESSIONS_OF_A_STREAM, size));
      case REPLAY -> List.of(new ReplayBench(bench, inTurn).of(size));
      case READ -> new ReadBench(bench, inTurn).of(size);
      case HIT_RATE -> List.of(new HitRateBench(bench, inTurn).of(size));
      case SIZE -> new SizeBench(bench, this::tell).of(size);
      case LATENCY -> List.of(new LatencyBench(bench, rounds, seconds, this::tell).of(size));
      case PAGE -> List.of();
    };
  }

  private void tell(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
