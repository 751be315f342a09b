package io.ordersystem.devstack.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {

  @Test
  void readsNamesLabelsAndValuesAndNoComments() {
    var samples =
        Samples.parse(
            """
            # HELP jvm_info What runs {here="no label"} 7
            # TYPE jvm_info gauge
            jvm_info 1

            requests_total{result="created",door="rest"} 25.0
            requests_total{result="failed",door="rest",} 1.5E9
              spaced { a = "1" , b="2" }\t-3
            # EOF
            """);
    assertThat(samples.all())
        .containsExactly(
            new Sample("jvm_info", Map.of(), 1),
            new Sample("requests_total", Map.of("result", "created", "door", "rest"), 25),
            new Sample("requests_total", Map.of("result", "failed", "door", "rest"), 1.5e9),
            new Sample("spaced", Map.of("a", "1", "b", "2"), -3));
  }

  @Test
  void readsWhatIsEscapedInTheValueOfALabel() {
    var samples =
        Samples.parse(
            """
            db_calls{query="a \\"quoted\\", b\\\\c\\nd",kind="} # {x=\\"1\\"} 9"} 4
            """);
    assertThat(samples.all())
        .containsExactly(
            new Sample(
                "db_calls",
                Map.of("query", "a \"quoted\", b\\c\nd", "kind", "} # {x=\"1\"} 9"),
                4));
  }

  @Test
  void readsNoNumberAndInfinities() {
    var samples = Samples.parse("a NaN\nb{le=\"+Inf\"} +Inf\nc -Inf\n");
    assertThat(samples.all())
        .containsExactly(
            new Sample("a", Map.of(), Double.NaN),
            new Sample("b", Map.of("le", "+Inf"), Double.POSITIVE_INFINITY),
            new Sample("c", Map.of(), Double.NEGATIVE_INFINITY));
  }

  @Test
  void leavesOutTimeStampsAndExemplars() {
    var samples =
        Samples.parse(
            """
            a_total 7 1395066363000
            a_bucket{le="0.5"} 3.0 # {span_id="00f0",trace_id="4bf9"} 0.42 1.7E9
            """);
    assertThat(samples.all())
        .containsExactly(
            new Sample("a_total", Map.of(), 7), new Sample("a_bucket", Map.of("le", "0.5"), 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>Not found</body></html>",
        "{\"type\": \"about:blank\"}",
        "a",
        "a{b=\"1\"}",
        "a{b=\"1} 2",
        "a{b=\"1\" c=\"2\"} 2",
        "a{b=1} 2",
        "a{b \"1\"} 2",
        "a{b=\"\\x\"} 2",
        "a twelve",
        "1a 2"
      })
  void refusesWhatIsNoSample(String line) {
    assertThatThrownBy(() -> Samples.parse("fine 1\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  @Test
  void picksByTheWholeNameAndTheWholeValueOfALabel() {
    var samples =
        Samples.parse(
            """
            requests_total{result="failed"} 1
            requests_total{result="failed_late"} 2
            requests_total 4
            requests_total_created{result="failed"} 8
            """);
    var requests = samples.named("requests_total");
    assertThat(requests.sum()).hasValue(7);
    assertThat(requests.with("result", "failed").sum()).hasValue(1);
    assertThat(requests.with("result", "").sum()).hasValue(4);
    assertThat(requests.values("result")).containsExactly("failed", "failed_late");
    assertThat(samples.names()).containsExactly("requests_total", "requests_total_created");
  }

  @Test
  void sumsAndComparesOnlyNumbers() {
    var samples = Samples.parse("lag{p=\"0\"} 2\nlag{p=\"1\"} NaN\nlag{p=\"2\"} 3\nage NaN\n");
    assertThat(samples.named("lag").sum()).hasValue(5);
    assertThat(samples.named("lag").max()).hasValue(3);
    assertThat(samples.named("age").sum()).isEmpty();
    assertThat(samples.named("none").max()).isEmpty();
  }

  @Test
  void growsByTheDifferenceAndByTheValueOfWhatIsNew() {
    var earlier = Samples.parse("process_start_time_seconds 5\na_total{x=\"1\"} 10\n");
    var later =
        Samples.parse("process_start_time_seconds 5\na_total{x=\"1\"} 14\na_total{x=\"2\"} 3\n");
    assertThat(later.since(earlier).named("a_total").all())
        .isEqualTo(
            List.of(
                new Sample("a_total", Map.of("x", "1"), 4),
                new Sample("a_total", Map.of("x", "2"), 3)));
  }

  @Test
  void growsByTheWholeValueInAProcessThatWasStartedInBetween() {
    var earlier = Samples.parse("process_start_time_seconds 5\na_total 10\n");
    var later = Samples.parse("process_start_time_seconds 6\na_total 14\n");
    assertThat(later.since(earlier).named("a_total").sum()).hasValue(14);
  }
}
