package io.ordersystem.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The alerts of the chart, each with its runbook and its test. */
class AlertRulesTest {

  private static final AlertFiles FILES = AlertFiles.read();

  @ParameterizedTest
  @EnumSource
  void keepsEveryRule(AlertRule rule) {
    assertThat(FILES.alerts()).isNotEmpty();
    assertThat(rule.findings(FILES)).isEmpty();
  }

  @Test
  void isUnderstoodByPrometheus() {
    var check = Promtool.in(System.getenv()).check(all(AlertFiles.RULES));

    assertThat(check.status()).as(check.said()).isZero();
  }

  @Test
  void firesAndStaysQuietAsItsTestsSay() {
    var test = Promtool.in(System.getenv()).test(all(AlertFiles.TESTS));

    assertThat(test.status()).as(test.said()).isZero();
  }

  @Test
  void missesNoServiceThatIsLeftOut() {
    String all = rules("{prometheusRule: {enabled: true}}");
    assertThat(all).contains("application=\\\"payment-service\\\"})");
    String some =
        rules(
            "{prometheusRule: {enabled: true}, services: {payment-service: {enabled: false}, order-service: {enabled: false}}}");
    assertThat(some)
        .doesNotContain(
            "application=\\\"payment-service\\\"})", "application=\\\"order-service\\\"})")
        .contains("application=\\\"inventory-service\\\"})", "application!=\\\"\\\"})");
  }

  private static String rules(String values) {
    return Chart.render(values).all("PrometheusRule").findFirst().orElseThrow().json().toString();
  }

  private static List<Path> all(String folder) {
    return FILES.names(folder).stream().map(name -> AlertFiles.path(folder, name)).toList();
  }
}
