package dev.sessioncache.doctor;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** Looks at Kafka. */
final class KafkaLook {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Configuration configuration;

  KafkaLook(Configuration configuration) {
    this.configuration = configuration;
  }

  List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(0, Finding.of("kafka", () -> look(findings)));
    return findings;
  }

  private Finding look(List<Finding> findings) throws InterruptedException {
    LaneSettings lanes = configuration.get(LaneSettings.class);
    Admin admin = KafkaClients.of(configuration).admin();
    try {
      Topics.Review review = new Topics(admin, lanes).review();
      findings.add(access());
      findings.add(topics(review, lanes));
      return Finding.ok(
          "kafka", review.brokers() + (review.brokers() == 1 ? " broker" : " brokers"));
    } finally {
      admin.close(CLOSE_TIMEOUT);
    }
  }

  private Finding access() {
    KafkaSecurity security = configuration.get(KafkaSecurity.class);
    boolean local =
        configuration.get(KafkaSettings.class).bootstrapServers().addresses().stream()
            .allMatch(server -> Access.isLocal(server.getHostString()));
    return new Access("kafka-access", local)
        .needs(
            security.protocol().isTls(), "TLS", "no TLS: set kafka.security.protocol to SASL_SSL")
        .needs(
            security.protocol().isSasl() || security.certificate().isPresent(),
            "a login",
            "no login: set kafka.username or kafka.certificate")
        .finding();
  }

  private static Finding topics(Topics.Review review, LaneSettings lanes) {
    if (!review.problems().isEmpty()) {
      return Finding.failed("topics", String.join("; ", review.problems()));
    }
    if (!review.warnings().isEmpty()) {
      return Finding.warning("topics", String.join("; ", review.warnings()));
    }
    return Finding.ok(
        "topics",
        review.missing() > 0
            ? review.missing() + " are not there yet: the first start creates them"
            : "all there, with " + lanes.count() + " lanes");
  }
}
