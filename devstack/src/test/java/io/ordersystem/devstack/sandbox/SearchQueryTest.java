package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchQueryTest {
  private final Intent intent =
      new IntentLedger(new Ids(new Random(1)), Clock.systemUTC())
          .create(
              new NewIntent(
                  100,
                  "eur",
                  CaptureMethod.MANUAL,
                  false,
                  Map.of("order_id", "o'1"),
                  null,
                  null,
                  null,
                  null));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata['order_id']:'o\\'1'",
        "metadata[\"order_id\"]:\"o\\'1\"",
        " metadata['order_id'] : 'o\\'1' AND status:'requires_payment_method' "
      })
  void findsByOurReference(String query) {
    assertThat(SearchQuery.parse(query)).accepts(intent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata['order_id']:'o'",
        "metadata['payment_id']:'o\\'1'",
        "metadata['order_id']:'o\\'1' AND status:'canceled'"
      })
  void passesByWhatIsNotMeant(String query) {
    assertThat(SearchQuery.parse(query)).rejects(intent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "order_id:'1'",
        "metadata['order_id']",
        "metadata['order_id']:'1' OR status:'canceled'",
        "metadata['order_id']:'1' AND ",
        "metadata['order_id']:'1\"",
        "amount>1"
      })
  void refusesWhatItCannotRead(String query) {
    assertThatExceptionOfType(StripeErrors.Refused.class)
        .isThrownBy(() -> SearchQuery.parse(query));
  }

  @Test
  void refusesAQueryWithoutEnd() {
    assertThatExceptionOfType(StripeErrors.Refused.class)
        .isThrownBy(() -> SearchQuery.parse("status:'" + "a".repeat(2_000) + "'"));
  }
}
