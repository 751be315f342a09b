package io.ordersystem.devstack.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceRulesTest {

  private static final JavaClasses TIDY = sample("tidy");
  private static final JavaClasses UNTIDY = sample("untidy");

  /** What each rule must find in the untidy service: as many findings, each naming one of these. */
  private static final Map<String, List<String>> OFFENCES =
      Map.ofEntries(
          Map.entry(
              "FEATURES_STAY_APART",
              List.of("CancelOrder.cancel(", "CancelOrder.count(", "CuriousOrder.ask(")),
          Map.entry(
              "THE_MODEL_KNOWS_NO_TRANSPORT",
              List.of("TransportedOrder.answer()", "TransportedOrder.message()")),
          Map.entry("ONLY_RESOURCES_HAVE_A_PATH", List.of("OrderEndpoint")),
          Map.entry(
              "RESOURCE_METHODS_ARE_PUBLIC",
              List.of("OrderEndpoint.dropped()", "OrderEndpoint.droppedToo()")),
          Map.entry("CONSUMERS_ARE_MADE_AT_THE_START", List.of("LazyConsumer.on(")),
          Map.entry("MODEL_TYPES_HAVE_NO_SETTERS", List.of("SettableOrder.setStatus(")),
          Map.entry(
              "TIME_COMES_FROM_A_CLOCK",
              List.of(
                  "WallClock.instant()",
                  "WallClock.reference()",
                  "WallClock.today()",
                  "WallClock.millis()",
                  "WallClock.clock()",
                  "WallClock.date()")),
          Map.entry("NOBODY_AWAITS", List.of("Impatience.block(", "Impatience.blockOnMany(")),
          Map.entry(
              "NOBODY_SUBSCRIBES",
              List.of("Impatience.blockOnEach(", "Impatience.letGo(", "Impatience.letGoLater()")),
          Map.entry(
              "NO_INJECTED_FIELDS",
              List.of(
                  "InjectedFields.injected",
                  "InjectedFields.configured",
                  "InjectedFields.channel",
                  "InjectedFields.client")),
          Map.entry("NO_OBJECT_RELATIONAL_MAPPING", List.of("MappedOrder")),
          Map.entry("NO_BLOCKING_SQL", List.of("BlockingSql.open(")));

  @Test
  void hasAPlantedOffenceForEveryRule() {
    assertThat(rules().map(Field::getName)).containsExactlyInAnyOrderElementsOf(OFFENCES.keySet());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void acceptsTheTidyService(Field rule) throws IllegalAccessException {
    assertThat(findings(rule, TIDY)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void findsEveryPlantedOffenceAndNothingElse(Field rule) throws IllegalAccessException {
    var expected = OFFENCES.getOrDefault(rule.getName(), List.of());
    var findings = findings(rule, UNTIDY);

    assertThat(expected)
        .allSatisfy(it -> assertThat(findings).anyMatch(found -> found.contains(it)));
    assertThat(findings).allMatch(found -> expected.stream().anyMatch(found::contains));
  }

  @Test
  void refusesAServiceWhoseModelItCannotFind() {
    var withoutModel =
        new ClassFileImporter()
            .importPackages(
                "io.ordersystem.devstack.rules.planted.tidy.placement",
                "io.ordersystem.devstack.rules.planted.tidy.cancellation");

    assertThat(
            ServiceRules.MODEL_TYPES_HAVE_NO_SETTERS
                .evaluate(withoutModel)
                .getFailureReport()
                .getDetails())
        .singleElement()
        .asString()
        .contains("none of the model packages [order, stock, payment, message]");
  }

  @Test
  void knowsTheModelOfAServiceThatHasNothingElseYet() {
    var onlyModel =
        new ClassFileImporter()
            .importPackages("io.ordersystem.devstack.rules.planted.untidy.order");

    assertThat(
            ServiceRules.MODEL_TYPES_HAVE_NO_SETTERS
                .evaluate(onlyModel)
                .getFailureReport()
                .getDetails())
        .singleElement()
        .asString()
        .contains("SettableOrder.setStatus(");
  }

  private static Stream<Field> rules() {
    return Arrays.stream(ServiceRules.class.getFields())
        .filter(field -> field.isAnnotationPresent(ArchTest.class));
  }

  private static List<String> findings(Field rule, JavaClasses classes)
      throws IllegalAccessException {
    return ((ArchRule) rule.get(null)).evaluate(classes).getFailureReport().getDetails();
  }

  private static JavaClasses sample(String service) {
    return new ClassFileImporter()
        .importPackages("io.ordersystem.devstack.rules.planted." + service);
  }
}
