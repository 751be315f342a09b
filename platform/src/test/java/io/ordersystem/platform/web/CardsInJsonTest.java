package io.ordersystem.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardsInJsonTest {
  private final JsonFactory json = new JsonFactory();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"reason\": \"4242424242424242\"} | /reason",
        "{\"a\": {\"b\": [1, \"my 4242 4242 4242 4242\"]}} | /a/b/1",
        "[{\"name\": \"x\"}, {\"name\": \"4242-4242-4242-4242\"}] | /1/name",
        "{\"line1\": 4242424242424242} | /line1",
        "{\"line1\": \"\\u0034242424242424242\"} | /line1",
        "{\"a/b\": \"4242424242424242\"} | /a~1b",
        "{\"reference\": \"4242424242424242\"} | /reference",
        "{\"paymentMethod\": \"4242424242424242\"} | /paymentMethod",
        "{\"unknown\": \"4242424242424242\"} | /unknown",
        "{\"orderId\": {\"note\": \"4242424242424242\"}} | /orderId/note",
        "\"4242424242424242\" | ``",
        "{\"reason\": \"4242424242424242\"} rubbish | /reason"
      })
  void pointsAtTheText(String body, String pointer) throws IOException {
    assertThat(find(body)).extracting(Invalid::pointer).containsExactly(pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{\"id\": \"4242424242424242\", \"customerId\": \"4242424242424242\"}",
        "{\"items\": [{\"variantId\": \"4242424242424242\", \"sku\": 4242424242424242}]}",
        "{\"reservationKey\": \"4242424242424242\", \"key\": \"4242424242424242\"}",
        "{\"trackingNumber\": \"4242 4242 4242 4242\", \"orderNumber\": \"4242424242424242\"}",
        "{\"variantId\": [[\"4242424242424242\"]]}",
        "{\"quantity\": 1, \"reason\": \"4242424242424241\", \"restock\": true}"
      })
  void leavesIdsAndOtherTexts(String body) throws IOException {
    assertThat(find(body)).isEmpty();
  }

  @Test
  void findsNamesAndNeverRepeatsThem() throws IOException {
    assertThat(
            find(
                "{\"a\": {\"4242424242424242\": {\"b\": \"4242424242424242\"}}, \"c\": \"4242424242424242\"}"))
        .extracting(Invalid::pointer)
        .containsExactly("/a", "/c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reason\": \"4242424242424242\"",
        "{\"4242424242424242\": {\"a\": ",
        "{reason: \"4242424242424242\"}"
      })
  void leavesWhatIsNotJsonToItsReader(String body) {
    assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(() -> find(body));
  }

  @Test
  void tellsOfTwentyFaultsAtMost() throws IOException {
    List<Invalid> faults = find("[" + "\"4242424242424242\",".repeat(1000) + "1]");
    assertThat(faults).hasSize(20);
    assertThat(FreeText.refusal(faults).getMessage()).doesNotContain("4242");
  }

  @Test
  void looksAtTheParametersOfAQuery() {
    FreeText.requireNoCard(
        List.of(Map.entry("customerId", "4242424242424242"), Map.entry("search", "tea")));
    assertThatExceptionOfType(DomainException.class)
        .isThrownBy(() ->
            FreeText.requireNoCard(
                List.of(
                    Map.entry("search", "4242 4242 4242 4242"), Map.entry("4242424242424242", ""))))
        .satisfies(refused -> {
          assertThat(refused.type().code()).isEqualTo("card-number-not-allowed");
          assertThat(refused.errors())
              .extracting(Invalid::pointer)
              .containsExactly("/search", null);
          assertThat(refused.getMessage()).doesNotContain("4242");
        });
  }

  private List<Invalid> find(String body) throws IOException {
    try (var parser = json.createParser(body)) {
      return CardsInJson.find(parser);
    }
  }
}
