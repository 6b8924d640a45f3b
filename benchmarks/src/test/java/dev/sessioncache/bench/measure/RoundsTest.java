package dev.sessioncache.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

  private final List<String> calls = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private class Counting implements Contender {

    private final String name;
    private final List<String> command;

    Counting(String name, String... command) {
      this.name = name;
      this.command = List.of(command);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void prepare() {
      calls.add("prepare " + name);
    }

    @Override
    public long run() throws Exception {
      calls.add("run " + name);
      if (!command.isEmpty()) {
        new ProcessBuilder(command).start().waitFor();
      }
      return 2048;
    }

    @Override
    public long check() {
      calls.add("check " + name);
      return 100;
    }
  }

  @Test
  void shouldLetThemRunInTurnAndNotCountTheFirstRound() throws Exception {
    List<Series> series =
        new Rounds(2, told::add).of(List.of(new Counting("a"), new Counting("b")));

    assertThat(calls).startsWith("prepare a", "run a", "check a", "prepare b").hasSize(18);
    assertThat(series).extracting(Series::contender).containsExactly("a", "b");
    assertThat(series).allSatisfy(one -> assertThat(one.runs()).hasSize(2));
    assertThat(series.get(0).peakMegabytes().median()).isEqualTo(2);
    assertThat(told).hasSize(6).first().asString().startsWith("warm-up");
  }

  @Test
  void shouldCountTheProcessorTimeOfProgramsThatHaveEnded() throws Exception {
    String burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

    Series burnt =
        new Rounds(1, told::add).of(List.of(new Counting("a", "/bin/sh", "-c", burn))).get(0);

    assertThat(burnt.cpuSeconds().get(CpuTimes.PROGRAMS))
        .isBetween(0.02, burnt.seconds().max() + 0.05);
  }

  @Test
  void shouldReportNothingOfWorkThatWasNotDone() {
    Contender wrong =
        new Counting("a") {
          @Override
          public long check() {
            throw new IllegalStateException("Redis holds 3 sessions, not 100");
          }
        };

    assertThatThrownBy(() -> new Rounds(1, told::add).of(List.of(wrong)))
        .hasMessage("Redis holds 3 sessions, not 100");
    assertThat(told).isEmpty();
  }
}
