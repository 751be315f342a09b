package io.ordersystem.chart;

import static io.ordersystem.chart.AlertFiles.RULES;
import static io.ordersystem.chart.AlertFiles.RUNBOOKS;
import static io.ordersystem.chart.AlertFiles.TESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** Every guard of {@link AlertRulesTest} fails on a violation planted into the good files. */
class AlertGuardsTest {

  private static final AlertFiles GOOD = AlertFiles.read();

  /** One with one severity, and one with two. */
  private static final String LATE = "OrderSystemEventsLate";

  private static final String FAILS = "OrderSystemCreationFails";
  private static final String LATE_RULE = RULES + LATE + ".yaml";
  private static final String LATE_TEST = TESTS + LATE + ".yaml";
  private static final String FAILS_TEST = TESTS + FAILS + ".yaml";
  private static final String LATE_RUNBOOK = RUNBOOKS + LATE + ".md";
  private static final String INDEX = RUNBOOKS + "README.md";

  /** A change of the files, and the sentence that a rule then says. */
  record Plant(AlertRule rule, UnaryOperator<AlertFiles> change, String finding) {
    @Override
    public String toString() {
      return rule + ": " + finding;
    }
  }

  private static Plant edit(AlertRule rule, String path, String what, String with, String finding) {
    return new Plant(
        rule,
        files ->
            files.with(
                path,
                text -> {
                  assertThat(text).contains(what);
                  return text.replace(what, with);
                }),
        finding);
  }

  static Stream<Plant> plants() {
    return Stream.of(names(), texts(), runbooks(), tests(), installed()).flatMap(List::stream);
  }

  private static List<Plant> names() {
    var rule = AlertRule.FILE_IS_CALLED_AS_ITS_ALERT;
    return List.of(
        edit(rule, LATE_RULE, "alert: " + LATE, "alert: Late", LATE + ": has the alert 'Late'"),
        edit(rule, LATE_RULE, "name: " + LATE, "name: late", LATE + ": its groups are called"),
        new Plant(
            rule,
            files -> files.with(RULES + "None.yaml", text -> "groups: [{name: None, rules: []}]"),
            "None: needs one rule per severity"),
        edit(
            rule,
            RULES + FAILS + ".yaml",
            "severity: warning",
            "severity: critical",
            FAILS + ": needs one rule per severity"));
  }

  private static List<Plant> texts() {
    var said = AlertRule.SAYS_HOW_BAD_AND_WHAT_IT_IS;
    var namespace = AlertRule.ASKS_FOR_ITS_NAMESPACE;
    return List.of(
        edit(said, LATE_RULE, "severity: critical", "severity: bad", "has the severity 'bad'"),
        edit(said, LATE_RULE, "summary:", "summery:", LATE + ": critical has no summary"),
        edit(said, LATE_RULE, "for: 1m", "four: 1m", LATE + ": critical fires without a wait"),
        edit(
            said,
            LATE_RULE,
            LATE_RUNBOOK,
            RUNBOOKS + FAILS + ".md",
            LATE + ": critical has the runbook 'docs/runbooks/" + FAILS),
        edit(
            namespace,
            LATE_RULE,
            "{namespace=\"order-system\"}",
            "{pod=\"order-1\"}",
            LATE + ": asks for every namespace by {pod="),
        edit(
            namespace,
            LATE_RULE,
            "{namespace=\"order-system\"}",
            "",
            LATE + ": asks for everything, everywhere"));
  }

  private static List<Plant> runbooks() {
    var sections = AlertRule.RUNBOOK_HAS_ITS_SECTIONS;
    var index = AlertRule.INDEX_LISTS_IT;
    return List.of(
        new Plant(sections, files -> files.without(LATE_RUNBOOK), LATE + ": has no runbook"),
        edit(sections, LATE_RUNBOOK, "## Impact", "### Impact", LATE + ": its runbook has"),
        edit(sections, LATE_RUNBOOK, "## Meaning", "## Impact", "[Impact, Impact, Diagnosis"),
        new Plant(
            sections,
            files ->
                files.with(
                    LATE_RUNBOOK,
                    text -> text.substring(0, text.indexOf("## Mitigation")) + "## Mitigation\n"),
            LATE + ": its runbook says nothing below Mitigation"),
        edit(index, INDEX, "| [" + LATE + "]", "| [Late]", LATE + ": the runbooks' README has no"),
        edit(
            index,
            INDEX,
            "[" + LATE + "](" + LATE + ".md) | critical",
            "[" + LATE + "](" + LATE + ".md) | warning",
            LATE + ": the runbooks' README has no row"),
        new Plant(
            AlertRule.TEST_AND_RUNBOOK_HAVE_AN_ALERT,
            files -> files.with(RUNBOOKS + "OrderSystemGone.md", text -> "gone"),
            "OrderSystemGone: there is no such alert"),
        new Plant(
            AlertRule.TEST_AND_RUNBOOK_HAVE_AN_ALERT,
            files -> files.with(TESTS + "Gone.yaml", text -> "tests: []"),
            "Gone: there is no such alert"));
  }

  private static List<Plant> tests() {
    var rule = AlertRule.TEST_SEES_IT_FIRE_AND_STAY_QUIET;
    return List.of(
        new Plant(rule, files -> files.without(LATE_TEST), LATE + ": has no test"),
        edit(
            rule,
            LATE_TEST,
            "../../../../../helm",
            "../../../../helm",
            LATE + ": its test reads [system-tests/helm/"),
        edit(rule, LATE_TEST, "- name:", "- nome:", LATE + ": has a test case without a name"),
        edit(rule, LATE_TEST, "alertname: " + LATE, "alertname: Late", ": its test asks for Late"),
        edit(
            rule,
            FAILS_TEST,
            "severity: warning",
            "severity: critical",
            FAILS + ": no test case expects it as warning"),
        edit(
            rule,
            FAILS_TEST,
            "exp_alerts: []",
            "exp_alerts: [{exp_labels: {severity: warning}}]",
            FAILS + ": no test case expects nothing at all"),
        edit(
            rule,
            LATE_TEST,
            "exp_alerts: []",
            "exp_alerts: [{exp_labels: {severity: critical}}]",
            LATE + ": every test case expects it as critical"));
  }

  private static List<Plant> installed() {
    var rule = AlertRule.IS_INSTALLED_FOR_THE_NAMESPACE_OF_THE_RELEASE;
    var written =
        GOOD.installed().text().replace("namespace=\"shop\"", "namespace=\"order-system\"");
    return List.of(
        new Plant(
            rule,
            files -> files.installedAs(Manifest.parse(written)),
            "asks for the wrong namespace: "),
        new Plant(
            rule,
            files -> files.installedAs(files.installed().with("/spec/groups", List.of())),
            LATE + ": is not installed"),
        new Plant(
            rule,
            files ->
                files.installedAs(
                    Manifest.parse(files.installed().text().replace("for: 1m", "for: 5m"))),
            LATE + ": is installed as {"),
        new Plant(rule, files -> files.without(LATE_RULE), LATE + ": is installed, too"));
  }

  @ParameterizedTest
  @MethodSource("plants")
  void findsAPlantedViolation(Plant planted) {
    assertThat(planted.rule().findings(planted.change().apply(GOOD)))
        .anyMatch(it -> it.contains(planted.finding()));
  }

  @Test
  void hasAPlantedViolationForEveryRule() {
    assertThat(plants().map(Plant::rule).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(AlertRule.values()));
  }

  @Test
  void seesARuleFailItsTest(@TempDir Path root) throws IOException {
    var promtool = Promtool.in(System.getenv());
    var rule = write(root, LATE_RULE, GOOD.text(LATE_RULE).orElseThrow());
    var test = write(root, LATE_TEST, GOOD.text(LATE_TEST).orElseThrow());

    assertThat(promtool.test(List.of(test)).status()).isZero();

    Files.writeString(rule, Files.readString(rule).replace("> 60", "> 61"));
    assertThat(promtool.check(List.of(rule)).status()).isZero();
    assertThat(promtool.test(List.of(test)).status()).isNotZero();

    Files.writeString(rule, Files.readString(rule).replace("> 61", "> > 61"));
    assertThat(promtool.check(List.of(rule)).status()).isNotZero();
  }

  private static Path write(Path root, String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void goesWithoutPromtoolOnlyWhereItIsNotCi() {
    assertThatThrownBy(() -> Promtool.in(Map.of("PATH", "")))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("apt-get install prometheus");
    assertThatThrownBy(() -> Promtool.in(Map.of("PATH", "/nowhere", "CI", "true")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("apt-get install prometheus");
  }

  @Test
  void takesThePromtoolThatIsNamedBeforeThatOfThePath(@TempDir Path folder) throws IOException {
    var named = program(folder.resolve("named"));
    var found = program(Files.createDirectory(folder.resolve("bin")).resolve("promtool"));
    var path = "/nowhere:" + folder.resolve("bin");

    assertThat(Promtool.in(Map.of("PATH", path)).program().binary()).isEqualTo(found);
    assertThat(Promtool.in(Map.of("PATH", path, "PROMTOOL", named.toString())).program().binary())
        .isEqualTo(named);
    assertThatThrownBy(() -> Promtool.in(Map.of("PATH", path, "PROMTOOL", "/nowhere")))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Path program(Path file) throws IOException {
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
