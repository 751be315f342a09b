package io.ordersystem.devstack.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.metaAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The structure that all four services keep. Each service has one test with {@code @ArchTest static
 * final ArchTests rules = ArchTests.in(ServiceRules.class)}.
 *
 * <p>Types of frameworks are named by strings, so that this module does not need the frameworks.
 */
public final class ServiceRules {

  private static final String PATH = "jakarta.ws.rs.Path";
  private static final String REST_CLIENT =
      "org.eclipse.microprofile.rest.client.inject.RegisterRestClient";

  private static final DescribedPredicate<JavaClass> TRANSPORT =
      resideInAnyPackage(
          "jakarta.ws.rs..",
          "org.jboss.resteasy..",
          "org.eclipse.microprofile.rest.client..",
          "org.eclipse.microprofile.reactive.messaging..",
          "io.smallrye.reactive.messaging..",
          "org.apache.kafka..",
          "io.vertx..http..",
          "io.vertx..kafka..");

  @ArchTest
  public static final ArchRule FEATURES_STAY_APART =
      classes()
          .should(
              new ShapeCondition(
                  "use no feature but their own and the model", ServiceRules::usesOfOtherFeatures))
          .because("a feature is changed and deleted as one folder");

  @ArchTest
  public static final ArchRule THE_MODEL_KNOWS_NO_TRANSPORT =
      classes()
          .should(
              new ShapeCondition(
                  "keep HTTP and messaging out of the model", ServiceRules::usesOfTransport))
          .because("the model is tested and reasoned about without a server");

  @ArchTest
  public static final ArchRule ONLY_RESOURCES_HAVE_A_PATH =
      classes()
          .that(annotatedWith(PATH))
          .and(DescribedPredicate.not(annotatedWith(REST_CLIENT)))
          .should()
          .haveSimpleNameEndingWith("Resource")
          .because("the routes of a service are found by name")
          .allowEmptyShould(true); // a service may have no HTTP interface

  @ArchTest
  public static final ArchRule RESOURCE_METHODS_ARE_PUBLIC =
      methods()
          .that(annotatedWith(PATH).or(metaAnnotatedWith("jakarta.ws.rs.HttpMethod")))
          .should()
          .bePublic()
          .because("Quarkus drops another one with a build warning only, and the caller gets 404")
          .allowEmptyShould(true); // a service may have no HTTP interface

  @ArchTest
  public static final ArchRule CONSUMERS_ARE_MADE_AT_THE_START =
      methods()
          .that(annotatedWith("org.eclipse.microprofile.reactive.messaging.Incoming"))
          .and(
              describe(
                  "take records of a topic",
                  (JavaMethod method) ->
                      method.getRawParameterTypes().stream()
                          .anyMatch(type -> type.getSimpleName().equals("ConsumerRecords"))))
          .should()
          .beDeclaredInClassesThat(annotatedWith("io.quarkus.runtime.Startup"))
          .because("what a consumer has parked is redriven also before its next message")
          .allowEmptyShould(true); // a service may consume nothing

  @ArchTest
  public static final ArchRule MODEL_TYPES_HAVE_NO_SETTERS =
      classes()
          .should(new ShapeCondition("have no setters in the model", ServiceRules::setters))
          .because("state changes only by a transition that returns its event");

  @ArchTest
  public static final ArchRule TIME_COMES_FROM_A_CLOCK =
      noClasses()
          .should()
          .accessTargetWhere(
              describe("the target reads the system's time", ServiceRules::readsSystemTime))
          .because("time comes from the injected Clock, so that tests and deadlines can decide it");

  @ArchTest
  public static final ArchRule NOBODY_AWAITS =
      noClasses()
          .should()
          .accessTargetWhere(
              mutiny("blocks on Mutiny", Set.of("await", "toBlockingIterable", "toBlockingStream")))
          .because("waiting blocks the event loop and with it every other request");

  @ArchTest
  public static final ArchRule NOBODY_SUBSCRIBES =
      noClasses()
          .should()
          .accessTargetWhere(
              mutiny(
                  "subscribes to Mutiny",
                  Set.of("subscribe", "subscribeAsCompletionStage", "subscribeAsStream")))
          .because(
              "what is subscribed here is outside the caller's transaction, limits and errors");

  @ArchTest
  public static final ArchRule NO_INJECTED_FIELDS =
      noFields()
          .should()
          .beAnnotatedWith("jakarta.inject.Inject")
          .orShould()
          // Quarkus adds @Inject to these by itself.
          .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
          .orShould()
          .beAnnotatedWith("org.eclipse.microprofile.reactive.messaging.Channel")
          .orShould()
          .beAnnotatedWith("org.eclipse.microprofile.rest.client.inject.RestClient")
          .because("a constructor shows what a class needs and lets a test give it");

  @ArchTest
  public static final ArchRule NO_OBJECT_RELATIONAL_MAPPING =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "org.hibernate..",
                      "jakarta.persistence..",
                      "io.quarkus.hibernate..",
                      "io.quarkus.panache..")
                  .and(DescribedPredicate.not(resideInAPackage("org.hibernate.validator.."))))
          .because("data access is SQL on the reactive client");

  @ArchTest
  public static final ArchRule NO_BLOCKING_SQL =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.sql..", "javax.sql..", "io.agroal..", "org.postgresql.."))
          .because("data access is SQL on the reactive client; JDBC is Flyway's alone");

  private ServiceRules() {}

  private static Stream<String> usesOfOtherFeatures(JavaClass type, ServiceShape shape) {
    var own = shape.feature(type);
    if (own.isEmpty()) {
      return Stream.empty();
    }
    return type.getDirectDependenciesFromSelf().stream()
        .filter(it ->
            shape
                .feature(it.getTargetClass().getBaseComponentType())
                .filter(other -> !other.equals(own.get()))
                .isPresent())
        .filter(it -> !shape.isModel(it.getTargetClass().getBaseComponentType()))
        .map(it -> it.getDescription());
  }

  private static Stream<String> usesOfTransport(JavaClass type, ServiceShape shape) {
    if (!shape.isModel(type)) {
      return Stream.empty();
    }
    return type.getDirectDependenciesFromSelf().stream()
        .filter(it -> TRANSPORT.test(it.getTargetClass().getBaseComponentType()))
        .map(it -> it.getDescription());
  }

  private static Stream<String> setters(JavaClass type, ServiceShape shape) {
    if (!shape.isModel(type)) {
      return Stream.empty();
    }
    return type.getMethods().stream()
        .filter(method -> method.getName().matches("set[A-Z].*"))
        .filter(method -> !method.getRawParameterTypes().isEmpty())
        .map(method -> method.getDescription() + " is a setter " + method.getSourceCodeLocation());
  }

  /** Every {@code java.time} type's {@code now} but the one that takes a clock, and its elders. */
  private static boolean readsSystemTime(JavaAccess<?> access) {
    var owner = access.getTargetOwner();
    var name = access.getTarget().getName();
    return switch (owner.getName()) {
      case "java.lang.System" -> name.equals("currentTimeMillis");
      case "java.time.Clock" ->
          (name.startsWith("system") || name.startsWith("tick"))
              && !parameters(access).contains("java.time.Clock");
      case "java.util.Date" -> name.equals("<init>") && parameters(access).isEmpty();
      case "java.util.Calendar" -> name.equals("getInstance");
      default ->
          owner.getPackageName().startsWith("java.time")
              && name.equals("now")
              && !parameters(access).equals(List.of("java.time.Clock"));
    };
  }

  private static List<String> parameters(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget target
        ? target.getRawParameterTypes().stream().map(JavaClass::getName).toList()
        : List.of();
  }

  private static DescribedPredicate<JavaAccess<?>> mutiny(String description, Set<String> methods) {
    return describe(
        "the target " + description,
        access ->
            methods.contains(access.getTarget().getName())
                && (access.getTargetOwner().isAssignableTo("io.smallrye.mutiny.Uni")
                    || access.getTargetOwner().isAssignableTo("io.smallrye.mutiny.Multi")));
  }
}
