package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.moved;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.entries.Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions that change their user all the time, between two lanes, while the users change too: the
 * lanes and their writes to the cache run at random speeds. When all have arrived the cache is as
 * the rows are; and so it is when the lanes read all of it a second time.
 */
class ChurnTest {

  /** {@code -Dchanges=100000} for long. */
  private static final int CHANGES = Integer.getInteger("changes", 2_000);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private final Map<String, Session> sessions = new HashMap<>();
  private final List<User> users = new ArrayList<>();
  private int lsn = 0x1000;
  private int made;

  private final List<Deque<ChangeLine>> toLane = List.of(new ArrayDeque<>(), new ArrayDeque<>());
  private final List<Deque<Entry>> toCache = List.of(new ArrayDeque<>(), new ArrayDeque<>());
  private final List<List<ChangeLine>> log = List.of(new ArrayList<>(), new ArrayList<>());
  private final CacheModel cache = new CacheModel();

  /** User u0 lives in lane 0, u1 in lane 1, and so on. */
  private static final class User {
    final int number;
    String status = "active";
    int role;

    User(int number) {
      this.number = number;
    }

    int lane() {
      return number % 2;
    }

    ChangeLine.RowLine row() {
      return user("u" + number).with("role", "role-" + role).with("status", status);
    }
  }

  private static final class Session {
    User owner;
    int count;
    boolean revoked;

    Session(User owner) {
      this.owner = owner;
    }

    ChangeLine.RowLine row(String id) {
      return session(id, "u" + owner.number)
          .with("request_count", count)
          .with("revoked_at", revoked ? "2026-01-31T11:30:00.000000Z" : null);
    }
  }

  @RepeatedTest(3)
  void shouldEndAsTheRowsWhateverTheLanesOvertake(@TempDir Path stateDir) {
    for (int i = 0; i < 4; i++) {
      users.add(new User(i));
    }
    try (TwoLanes lanes =
        new TwoLanes(stateDir)
            .loaded(users.stream().map(u -> u.row().read(BASELINE)).toArray(ChangeLine[]::new))) {
      for (int i = 0; i < CHANGES; i++) {
        change();
        for (int speed = random.nextInt(5); speed > 0; speed--) {
          step(lanes, random.nextInt(2));
        }
      }
      drain(lanes);
      assertAsTheRows("first time");

      // What a lane still held of a session that has left its user would come back now.
      for (User user : users) {
        cache.loseGuards();
        promote(user);
        drain(lanes);
        assertAsTheRows("without guards");
      }

      readAgain(lanes);
    }
  }

  /** The lanes have lost their offsets, and the guards have lapsed. */
  private void readAgain(TwoLanes lanes) {
    pulse(lanes);
    cache.loseGuards();
    cache.expectOnly(Set.copyOf(cache.values.keySet()));
    for (int lane = 0; lane < 2; lane++) {
      lanes.loseOffset(lane);
      toLane.get(lane).addAll(List.copyOf(log.get(lane)));
    }
    drain(lanes);
    pulse(lanes);
    lanes.publish();
    for (int lane = 0; lane < 2; lane++) {
      lanes.drain(lane).forEach(cache::write);
    }
    assertAsTheRows("read again");
  }

  private static void pulse(TwoLanes lanes) {
    ChangeLine pulse = ChangeLine.of(ControlRecords.pulse(LaneDriver.NOW.toEpochMilli(), true));
    for (int lane = 0; lane < 2; lane++) {
      lanes.take(lane, pulse);
    }
  }

  private void promote(User user) {
    lsn++;
    user.role++;
    send(user.lane(), user.row().updated(lsn, lsn));
  }

  private void change() {
    lsn++;
    int kind = random.nextInt(100);
    if (sessions.size() < 8) {
      String id = "s" + made++;
      Session session = new Session(anyUser());
      sessions.put(id, session);
      send(session.owner.lane(), session.row(id).created(lsn, lsn));
    } else if (kind < 2) {
      String id = anySession();
      sessions.remove(id);
      toLane.forEach(lane -> lane.add(deleted(SESSIONS, id, lsn, lsn)));
    } else if (kind < 30) {
      User user = anyUser();
      if (random.nextInt(4) == 0) {
        user.status = user.status.equals("active") ? "banned" : "active";
      } else {
        user.role++;
      }
      send(user.lane(), user.row().updated(lsn, lsn));
    } else {
      String id = anySession();
      Session session = Objects.requireNonNull(sessions.get(id));
      if (kind < 80) {
        int former = session.owner.lane();
        session.owner = anyUser();
        if (session.owner.lane() != former) {
          send(former, moved(id, lsn, lsn));
        }
      } else if (kind < 90) {
        session.revoked = !session.revoked;
      }
      session.count++;
      send(session.owner.lane(), session.row(id).updated(lsn, lsn));
    }
  }

  private User anyUser() {
    return users.get(random.nextInt(users.size()));
  }

  private String anySession() {
    return List.copyOf(sessions.keySet()).get(random.nextInt(sessions.size()));
  }

  private void send(int lane, ChangeLine line) {
    toLane.get(lane).add(line);
  }

  /** A lane reads a record, or its next entry is written. */
  private void step(TwoLanes lanes, int lane) {
    if (random.nextBoolean()) {
      ChangeLine next = toLane.get(lane).poll();
      if (next != null) {
        log.get(lane).add(next);
        lanes.take(lane, next);
        toCache.get(lane).addAll(lanes.drain(lane));
      }
    } else {
      Entry next = toCache.get(lane).poll();
      if (next != null) {
        cache.write(next);
      }
    }
  }

  private void drain(TwoLanes lanes) {
    while (toLane.stream().anyMatch(queue -> !queue.isEmpty())
        || toCache.stream().anyMatch(queue -> !queue.isEmpty())) {
      step(lanes, random.nextInt(2));
    }
  }

  private void assertAsTheRows(String time) {
    Map<String, String> expected = new HashMap<>();
    sessions.forEach(
        (id, session) -> {
          if (!session.revoked && session.owner.status.equals("active")) {
            expected.put(
                "session:t-" + id,
                "u" + session.owner.number + " role-" + session.owner.role + " " + session.count);
          }
        });
    Map<String, String> cached = new HashMap<>();
    cache.values.forEach((key, document) -> cached.put(key, summary(document)));
    assertThat(cached).as("%s, seed %d", time, seed).isEqualTo(expected);
  }

  private static String summary(JsonNode document) {
    return document.path("user_id").asText()
        + " "
        + document.path("user").path("role").asText()
        + " "
        + document.path("request_count").asText();
  }
}
