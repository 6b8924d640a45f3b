package dev.sessioncache.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that the documentation says to give, as it has them. */
final class SecurityPage {

  private static final Path DOCS = Path.of("..", "docs");
  private static final List<String> RESOURCES = List.of("--topic", "--group", "--transactional-id");

  private SecurityPage() {}

  /** What makes the roles of Postgres. */
  static String roles() {
    return text("deploy/postgres/role.sql");
  }

  /** The words of the line that makes the user of Redis. */
  static List<String> redisUser() {
    return text("redis-keys.md")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("ACL SETUSER"))
        .map(line -> List.of(line.split(" ")))
        .findFirst()
        .orElseThrow();
  }

  /** What the lines that begin with {@code kafka-acls} allow. */
  static List<AclBinding> kafkaRights() {
    return text("security.md")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("kafka-acls "))
        .flatMap(line -> rights(Arrays.asList(line.split(" "))).stream())
        .toList();
  }

  private static List<AclBinding> rights(List<String> words) {
    String resource = words.stream().filter(RESOURCES::contains).findFirst().orElseThrow();
    ResourcePattern pattern =
        new ResourcePattern(
            ResourceType.fromString(resource.substring(2).replace('-', '_')),
            behind(words, resource),
            PatternType.fromString(
                behind(words, "--resource-pattern-type").toUpperCase(Locale.ROOT)));
    List<AclBinding> rights = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("--operation")) {
        rights.add(
            new AclBinding(
                pattern,
                new AccessControlEntry(
                    behind(words, "--allow-principal"),
                    "*",
                    operation(words.get(i + 1)),
                    AclPermissionType.ALLOW)));
      }
    }
    return rights;
  }

  /** {@code DescribeConfigs} is how the tool spells {@code DESCRIBE_CONFIGS}. */
  private static AclOperation operation(String word) {
    return AclOperation.fromString(word.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }

  private static String behind(List<String> words, String option) {
    return words.get(words.indexOf(option) + 1);
  }

  private static String text(String page) {
    try {
      return Files.readString(DOCS.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
