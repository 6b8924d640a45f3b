package dev.sessioncache.topic;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/** What brokers tell of a topic is a moment behind what was answered to whom made or deleted it. */
public final class TopicPresence {

  private TopicPresence() {}

  /** Waits until they tell that it is there, or that it is not. */
  public static void await(Admin admin, String topic, boolean there) {
    Awaitility.await(topic + (there ? " is known" : " is gone"))
        .atMost(Duration.ofSeconds(60))
        .until(() -> admin.listTopics().names().get().contains(topic) == there);
  }
}
