package io.ordersystem.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What every alert has to keep, beyond what promtool tries out. */
enum AlertRule {
  /** Who is woken by a name finds rule, test and runbook under it. */
  FILE_IS_CALLED_AS_ITS_ALERT(each(AlertRule::wrongNames)),

  /** A page without these is a riddle. */
  SAYS_HOW_BAD_AND_WHAT_IT_IS(each(AlertRule::unsaid)),

  /** A selector without the namespace would answer for other installations. */
  ASKS_FOR_ITS_NAMESPACE(each(AlertRule::foreignSelectors)),

  /** The same four questions in the same order, at 3 a.m. */
  RUNBOOK_HAS_ITS_SECTIONS(each(AlertRule::wrongRunbook)),

  /** A rule that nobody has seen fire, or stay quiet, is a guess. */
  TEST_SEES_IT_FIRE_AND_STAY_QUIET(each(AlertRule::wrongTest)),

  /** promtool finds nothing wrong in a test of an alert that is gone: it just does not fire. */
  TEST_AND_RUNBOOK_HAVE_AN_ALERT(AlertRule::strays),

  /** The table is what people leaf through when they do not know the name yet. */
  INDEX_LISTS_IT(each(AlertRule::unlisted)),

  /** The template edits the rules; what comes of it is what Prometheus gets. */
  IS_INSTALLED_FOR_THE_NAMESPACE_OF_THE_RELEASE(AlertRule::wronglyInstalled);

  private static final List<String> SECTIONS =
      List.of("Meaning", "Impact", "Diagnosis", "Mitigation");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");
  private static final Pattern SELECTOR = Pattern.compile("\\{[^}]*}");
  private static final String NAMESPACE = "namespace=\"order-system\"";

  private final Function<AlertFiles, Stream<String>> findings;

  AlertRule(Function<AlertFiles, Stream<String>> findings) {
    this.findings = findings;
  }

  /** What breaks the rule, one sentence each, starting with the alert. */
  List<String> findings(AlertFiles files) {
    return findings.apply(files).toList();
  }

  private static Function<AlertFiles, Stream<String>> each(
      BiFunction<AlertFiles, String, Findings> findings) {
    return files ->
        files.alerts().stream()
            .flatMap(alert ->
                findings.apply(files, alert).stream().map(finding -> alert + ": " + finding));
  }

  private static Findings wrongNames(AlertFiles files, String alert) {
    var findings = new Findings();
    List<String> names = Manifest.texts(files.groups(alert), "name");
    findings.require(names.equals(List.of(alert)), "its groups are called " + names);
    for (JsonNode rule : files.rules(alert)) {
      String name = rule.path("alert").asText();
      findings.require(name.equals(alert), "has the alert '%s' in its file".formatted(name));
    }
    findings.require(
        !files.rules(alert).isEmpty()
            && files.rules(alert).size() == files.severities(alert).size(),
        "needs one rule per severity, and one at least");
    return findings;
  }

  private static Findings unsaid(AlertFiles files, String alert) {
    var findings = new Findings();
    for (JsonNode rule : files.rules(alert)) {
      String severity = rule.at("/labels/severity").asText();
      findings.require(
          Set.of("critical", "warning").contains(severity), "has the severity '" + severity + "'");
      findings.require(
          !rule.at("/annotations/summary").asText().isBlank(), severity + " has no summary");
      String runbook = rule.at("/annotations/runbook").asText();
      findings.require(
          runbook.equals(AlertFiles.RUNBOOKS + alert + ".md"),
          "%s has the runbook '%s'".formatted(severity, runbook));
      findings.require(
          rule.path("for").asText().matches("\\d+m"), severity + " fires without a wait");
    }
    return findings;
  }

  private static Findings foreignSelectors(AlertFiles files, String alert) {
    var findings = new Findings();
    for (JsonNode rule : files.rules(alert)) {
      List<String> selectors =
          SELECTOR.matcher(rule.path("expr").asText()).results().map(it -> it.group()).toList();
      findings.require(!selectors.isEmpty(), "asks for everything, everywhere");
      selectors.forEach(selector ->
          findings.require(
              selector.contains(NAMESPACE), "asks for every namespace by " + selector));
    }
    return findings;
  }

  private static Findings wrongRunbook(AlertFiles files, String alert) {
    var findings = new Findings();
    String runbook = files.runbook(alert).orElse("");
    findings.require(!runbook.isEmpty(), "has no runbook");
    List<String> found =
        HEADING.matcher(runbook).results().map(heading -> heading.group(1).strip()).toList();
    findings.require(found.equals(SECTIONS), "its runbook has the sections " + found);
    String[] texts = HEADING.split(runbook, -1);
    IntStream.range(1, texts.length)
        .filter(i -> texts[i].isBlank())
        .forEach(
            i -> findings.require(false, "its runbook says nothing below " + found.get(i - 1)));
    return findings;
  }

  private static Findings wrongTest(AlertFiles files, String alert) {
    var findings = new Findings();
    var test = files.test(alert);
    if (test.isEmpty()) {
      findings.require(false, "has no test");
      return findings;
    }
    List<String> tested =
        Manifest.texts(test.get().path("rule_files")).stream()
            .map(file -> Path.of(AlertFiles.TESTS).resolve(file).normalize().toString())
            .toList();
    findings.require(
        tested.equals(List.of(AlertFiles.RULES + alert + ".yaml")), "its test reads " + tested);
    List<JsonNode> cases = test.get().path("tests").valueStream().toList();
    for (JsonNode one : cases) {
      findings.require(one.hasNonNull("name"), "has a test case without a name");
      asked(one)
          .filter(name -> !name.equals(alert))
          .forEach(name -> findings.require(false, "its test asks for " + name));
    }
    List<Set<String>> expected = cases.stream().map(AlertRule::expected).toList();
    findings.require(
        expected.stream().anyMatch(Set::isEmpty), "no test case expects nothing at all");
    for (String severity : files.severities(alert)) {
      findings.require(
          expected.stream().anyMatch(it -> it.contains(severity)),
          "no test case expects it as " + severity);
      findings.require(
          expected.stream().anyMatch(it -> !it.contains(severity)),
          "every test case expects it as " + severity);
    }
    return findings;
  }

  private static Stream<String> asked(JsonNode testCase) {
    return Manifest.texts(testCase.path("alert_rule_test"), "alertname").stream();
  }

  /** The severities that a test case sees, at whatever time. */
  private static Set<String> expected(JsonNode testCase) {
    return testCase
        .path("alert_rule_test")
        .valueStream()
        .flatMap(check -> check.path("exp_alerts").valueStream())
        .map(it -> it.at("/exp_labels/severity").asText())
        .collect(Collectors.toSet());
  }

  private static Stream<String> strays(AlertFiles files) {
    var alerts = Set.copyOf(files.alerts());
    return Stream.concat(
            files.names(AlertFiles.TESTS).stream(),
            files.names(AlertFiles.RUNBOOKS).stream().filter(it -> it.startsWith("OrderSystem")))
        .distinct()
        .filter(name -> !alerts.contains(name))
        .map(name -> name + ": there is no such alert");
  }

  private static Findings unlisted(AlertFiles files, String alert) {
    var findings = new Findings();
    String row =
        "| [%s](%s.md) | %s | ".formatted(alert, alert, String.join(", ", files.severities(alert)));
    findings.require(
        files.runbook("README").orElse("").contains("\n" + row),
        "the runbooks' README has no row '%s...'".formatted(row));
    return findings;
  }

  private static Stream<String> wronglyInstalled(AlertFiles files) {
    var installed =
        files
            .installed()
            .each("/spec/groups")
            .collect(Collectors.toMap(group -> group.path("name").asText(), group -> group));
    var findings = new Findings();
    for (String alert : files.alerts()) {
      JsonNode group = installed.remove(alert);
      JsonNode expected =
          files.with(AlertFiles.RULES + alert + ".yaml", AlertRule::moved).groups(alert).path(0);
      findings.require(group != null, alert + ": is not installed");
      findings.require(
          group == null || group.equals(expected), alert + ": is installed as " + group);
    }
    installed.keySet().forEach(name -> findings.require(false, name + ": is installed, too"));
    Arrays.stream(files.installed().text().split("\n"))
        .filter(line -> line.contains(NAMESPACE))
        .forEach(line -> findings.require(false, "asks for the wrong namespace: " + line.strip()));
    return findings.stream();
  }

  private static String moved(String rules) {
    return rules.replace(NAMESPACE, NAMESPACE.replace("order-system", AlertFiles.ELSEWHERE));
  }
}
