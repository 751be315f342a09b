package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentSearchParams;
import java.nio.file.Path;
import java.util.ArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
  @TempDir Path data;
  private RunningSandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    sandbox = RunningSandbox.inProcess(data);
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private static InvalidRequestException refused(ThrowingCallable call) {
    return catchThrowableOfType(InvalidRequestException.class, call);
  }

  private PaymentIntent place(String orderId) throws StripeException {
    return sandbox.intents().create(order("pm_card_visa").putMetadata("order_id", orderId).build());
  }

  @Test
  void pagesFromTheNewestToTheOldest() throws Exception {
    var placed = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      placed.addFirst(place("order-" + i).getId());
    }
    var listed = new ArrayList<String>();
    var params = PaymentIntentListParams.builder().setLimit(3L).build();
    sandbox
        .intents()
        .list(params)
        .autoPagingIterable()
        .forEach(intent -> listed.add(intent.getId()));

    assertThat(listed).isEqualTo(placed);
    assertThat(sandbox.intents().list(params).getHasMore()).isTrue();
  }

  @Test
  void filtersByTheTimeOfCreation() throws Exception {
    var created = place("order-1").getCreated();

    assertThat(sandbox.intents().list(createdFrom(created)).getData()).hasSize(1);
    assertThat(sandbox.intents().list(createdFrom(created + 60)).getData()).isEmpty();
  }

  private PaymentIntentListParams createdFrom(long second) {
    return PaymentIntentListParams.builder()
        .setCreated(PaymentIntentListParams.Created.builder().setGte(second).build())
        .build();
  }

  @Test
  void refusesALimitBeyondAHundred() {
    var params = PaymentIntentListParams.builder().setLimit(101L).build();

    assertThat(refused(() -> sandbox.intents().list(params)).getParam()).isEqualTo("limit");
  }

  @Test
  void findsOurOwnReference() throws Exception {
    var wanted = place("order-a");
    var other = place("order-b");
    var found =
        sandbox
            .intents()
            .search(
                PaymentIntentSearchParams.builder()
                    .setQuery("metadata['order_id']:'order-a'")
                    .build());

    assertThat(found.getData()).containsExactly(wanted).doesNotContain(other);
    assertThat(found.getHasMore()).isFalse();
  }

  @Test
  void keepsEventsWhenNobodyIsTold() throws Exception {
    var id = sandbox.held().getId();
    var events = sandbox.stripe().v1().events().list().getData();

    assertThat(events).hasSize(1);
    assertThat(events.getFirst().getType()).isEqualTo("payment_intent.amount_capturable_updated");
    assertThat(events.getFirst().getPendingWebhooks()).isZero();
    var object = events.getFirst().getDataObjectDeserializer().getObject();
    assertThat(object).get().extracting(intent -> ((PaymentIntent) intent).getId()).isEqualTo(id);
  }
}
