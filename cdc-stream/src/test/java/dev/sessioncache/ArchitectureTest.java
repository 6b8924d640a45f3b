package dev.sessioncache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shipped modules promise about who knows whom. */
class ArchitectureTest {

  private static final String LOCAL_STACK = "dev.sessioncache.localstack..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sessioncache");

  @ParameterizedTest
  @ValueSource(strings = {"capture", "project", "apply"})
  void shouldNotKnowTheOtherStages(String stage) {
    List<String> others = new ArrayList<>(List.of("app", "capture", "project", "apply"));
    others.remove(stage);

    noClasses()
        .that()
        .resideInAPackage("dev.sessioncache." + stage + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            others.stream().map(name -> "dev.sessioncache." + name + "..").toArray(String[]::new))
        .because("stages run apart, by role, and meet in the topics changes and entries only")
        .check(CLASSES);
  }

  @Test
  void shouldNotKnowTheStagesThatUseIt() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.sessioncache.changes..", "dev.sessioncache.entries..", "dev.sessioncache.topic..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sessioncache.app..",
            "dev.sessioncache.capture..",
            "dev.sessioncache.project..",
            "dev.sessioncache.apply..")
        .because("a topic's format belongs to no stage: a Connect cluster can take capture's place")
        .check(CLASSES);
  }

  @Test
  void shouldNotNeedTheLocalStackOrTheDemo() {
    noClasses()
        .that()
        .resideOutsideOfPackages(LOCAL_STACK, "dev.sessioncache.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LOCAL_STACK, "dev.sessioncache.demo..")
        .because("what is deployed runs against servers of others")
        .check(CLASSES);
  }

  @Test
  void shouldBeFreeOfKafkaAndDebeziumWhenTheWarmNeedsIt() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.sessioncache.guard..",
            "dev.sessioncache.document..",
            "dev.sessioncache.mapping..",
            "dev.sessioncache.live..",
            "dev.sessioncache.activity..",
            "dev.sessioncache.warm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "io.debezium..")
        .because("the warm is a small job without a broker, and takes the same document and guard")
        .check(CLASSES);
  }

  @Test
  void shouldLogBySlf4j() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .because("one logging configuration decides what is printed, so that no row is")
        .check(CLASSES);
  }

  @Test
  void shouldLeaveStandardStreamsToCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.sessioncache.command..", LOCAL_STACK)
        .should(ACCESS_STANDARD_STREAMS)
        .because("standard output is the command's answer, which scripts read")
        .check(CLASSES);
  }
}
