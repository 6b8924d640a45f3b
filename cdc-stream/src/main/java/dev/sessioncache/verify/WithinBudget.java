package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The sessions within the budget, by the priority index that apply keeps of each lane: a sorted set
 * of keys, of which the upper part is kept. A lane whose index is smaller than its part of the
 * budget keeps all of its sessions, so without any index all are.
 */
final class WithinBudget implements KeptSessions {

  private final RedisSide redis;
  private final GuardSettings settings;
  private final int lanes;
  private final int perLane;

  /**
   * Where sessions end at the top, others rise into the kept part; apply sees it half a lease
   * later.
   */
  private final int surelyKept;

  /**
   * @param perLane sessions that each lane keeps
   */
  WithinBudget(RedisSide redis, GuardSettings settings, int lanes, int perLane) {
    this.redis = redis;
    this.settings = settings;
    this.lanes = lanes;
    this.perLane = perLane;
    this.surelyKept = perLane - perLane / 20;
  }

  @Override
  public Set<String> of(Collection<Expected> live) {
    List<Integer> full = fullLanes(live);
    List<Expected> ranked = new ArrayList<>();
    Set<String> kept = new HashSet<>();
    for (Expected one : live) {
      if (full.contains(one.lane())) {
        ranked.add(one);
      } else {
        kept.add(one.key());
      }
    }
    List<Long> ranks =
        redis.ask(
            ranked,
            (commands, one) -> commands.zrevrank(index(one.lane()), one.key().getBytes(UTF_8)));
    for (int i = 0; i < ranked.size(); i++) {
      if (Objects.requireNonNullElse(ranks.get(i), Long.MAX_VALUE) < surelyKept) {
        kept.add(ranked.get(i).key());
      }
    }
    return kept;
  }

  /** The lanes that have to leave some out. */
  private List<Integer> fullLanes(Collection<Expected> live) {
    List<Integer> concerned =
        live.stream()
            .map(Expected::lane)
            .filter(lane -> lane >= 0 && lane < lanes)
            .distinct()
            .toList();
    List<Long> sizes = redis.ask(concerned, (commands, lane) -> commands.zcard(index(lane)));
    return IntStream.range(0, concerned.size())
        .filter(i -> sizes.get(i) >= surelyKept)
        .mapToObj(concerned::get)
        .toList();
  }

  private byte[] index(int lane) {
    return settings.priorityKey(lane).getBytes(UTF_8);
  }
}
