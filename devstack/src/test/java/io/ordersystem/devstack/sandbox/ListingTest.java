package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentSearchParams;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {
  private static final long SECOND = 1_790_000_000L;
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

  /** Each list of things made one a second: what is asked, which of them come, and if more are. */
  @Test
  void cutsEveryListAsStripeDoes() throws Exception {
    sandbox.close();
    var clock = new SteppedClock(Instant.ofEpochSecond(SECOND));
    sandbox = RunningSandbox.inProcess(data, Duration.ofSeconds(1), clock);
    var intents = new ArrayList<String>();
    var refunds = new ArrayList<String>();
    var disputes = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      var id = sandbox.paid("pm_card_visa");
      intents.add(id);
      refunds.add(sandbox.refund(id, 100L).getId());
      var dispute = sandbox.post("/sandbox/payment_intents/" + id + "/dispute", "");
      disputes.add(new JsonObject(dispute.body()).getString("id"));
      clock.pass(Duration.ofSeconds(1));
    }

    for (var each :
        List.of(
            new Cut("", List.of(3, 2, 1, 0), false),
            new Cut("created={T1}", List.of(1), false),
            new Cut("created[gt]={T1}", List.of(3, 2), false),
            new Cut("created[gte]={T1}", List.of(3, 2, 1), false),
            new Cut("created[lt]={T1}", List.of(0), false),
            new Cut("created[lte]={T1}", List.of(1, 0), false),
            new Cut("created[gt]={T0}&created[lt]={T3}", List.of(2, 1), false),
            new Cut("created[gte]={T2}&created[lte]={T1}", List.of(), false),
            new Cut("limit=2", List.of(3, 2), true),
            new Cut("limit=4", List.of(3, 2, 1, 0), false),
            new Cut("created[lte]={T2}&limit=2", List.of(2, 1), true),
            new Cut("limit=2&starting_after={I3}", List.of(2, 1), true),
            new Cut("limit=2&starting_after={I2}", List.of(1, 0), false),
            new Cut("starting_after={I0}", List.of(), false),
            new Cut("limit=2&ending_before={I0}", List.of(2, 1), true),
            new Cut("limit=2&ending_before={I1}", List.of(3, 2), false),
            new Cut("created[lt]={T3}&ending_before={I0}", List.of(2, 1), false))) {
      each.check(sandbox, "/v1/payment_intents", intents);
      each.check(sandbox, "/v1/refunds", refunds);
      each.check(sandbox, "/v1/disputes", disputes);
    }
  }

  private record Cut(String query, List<Integer> expected, boolean hasMore) {
    void check(RunningSandbox sandbox, String path, List<String> ids) {
      var asked = query;
      for (int i = 0; i < ids.size(); i++) {
        asked =
            asked.replace("{T" + i + "}", "" + (SECOND + i)).replace("{I" + i + "}", ids.get(i));
      }
      var page = new JsonObject(sandbox.get(path + "?" + asked).body());
      assertThat(page.getJsonArray("data"))
          .as(path + "?" + query)
          .extracting(item -> ((JsonObject) item).getString("id"))
          .isEqualTo(expected.stream().map(ids::get).toList());
      assertThat(page.getBoolean("has_more")).as(path + "?" + query).isEqualTo(hasMore);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=101",
        "limit=ten",
        "created[gte]=today",
        "created[gte]=-1",
        "created[after]=1",
        "starting_after=pi_unknown",
        "ending_before=pi_unknown",
        "starting_after=pi_1&ending_before=pi_2"
      })
  void refusesACutThatMeansNothing(String query) {
    for (var path : List.of("/v1/payment_intents", "/v1/refunds", "/v1/disputes")) {
      assertThat(sandbox.get(path + "?" + query).statusCode()).as(path).isEqualTo(400);
    }
  }

  @Test
  void findsTheNewestFirstOfSeveralWithTheSameReference() throws Exception {
    var first = place("order-a");
    var second = place("order-a");
    var third = place("order-a");
    var query =
        PaymentIntentSearchParams.builder().setQuery("metadata['order_id']:'order-a'").setLimit(2L);
    var page = sandbox.intents().search(query.build());

    assertThat(page.getData()).containsExactly(third, second);
    assertThat(page.getHasMore()).isTrue();
    var rest = sandbox.intents().search(query.setPage(page.getNextPage()).build());
    assertThat(rest.getData()).containsExactly(first);
    assertThat(rest.getHasMore()).isFalse();
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
