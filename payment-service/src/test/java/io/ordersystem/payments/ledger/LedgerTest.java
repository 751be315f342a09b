package io.ordersystem.payments.ledger;

import static io.ordersystem.payments.TestPayment.as;
import static io.ordersystem.payments.TestPayment.database;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.payments.TestPayment;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Money is booked twice, and nothing that does not balance is. */
@QuarkusTest
class LedgerTest {

  @Test
  void eachMovementIsBookedOnBothSides() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    payment.refund(payment.first, 250);
    payment.awaitColumn("refunded_amount", 250L);
    // Of 750 that are kept 75 are the marketplace's.
    account(payment.firstSeller)
        .then()
        .body("items", hasSize(1))
        .body("items[0].balance", equalTo(675))
        .body("items[0].creditAmount", equalTo(900))
        .body("items[0].debitAmount", equalTo(225));
    as(TestTokens.operator())
        .get("/api/payments/ledger/accounts/seller:%s/entries".formatted(payment.firstSeller))
        .then()
        .statusCode(200)
        .body("items.type", contains("REFUND_REQUESTED", "CAPTURE_SUCCEEDED"))
        .body("items.orderId", contains(payment.order.toString(), payment.order.toString()));
    assertThat(
            database()
                .rows(
                    """
                    SELECT e.account, sum(e.amount)::bigint AS amount FROM ledger_entries e
                    JOIN ledger_transactions t ON t.id = e.transaction_id
                    WHERE t.payment_id = ? GROUP BY e.account ORDER BY e.account
                    """,
                    payment.id))
        .extracting(row -> row.get("account") + " " + row.get("amount"))
        .containsExactly(
            "customer:c1 0",
            "fees -75",
            "provider:stripe 750",
            "refunds 0",
            "seller:" + payment.firstSeller + " -675");
  }

  @Test
  void aRefundAfterThePayoutMakesANegativeBalanceThatCanBeSeen() {
    var payment = TestPayment.authorised();
    payment.capture(payment.second, 1500);
    payment.awaitColumn("captured_amount", 1500L);
    String seller = payment.secondSeller;
    String reference = "transfer-" + UUID.randomUUID();
    payOut(seller, 1351, reference)
        .then()
        .statusCode(409)
        .body("code", equalTo("amount-exceeds-balance"));
    payOut(seller, 1350, reference).then().statusCode(201).body("balance", equalTo(0));
    payOut(seller, 1, reference).then().statusCode(409).body("code", equalTo("reference-taken"));
    payment.refund(payment.second, 500);
    payment.awaitColumn("refunded_amount", 500L);
    account(seller).then().body("items[0].balance", equalTo(-450));
  }

  @Test
  void sellersSeeTheirOwnAccountAndNoOther() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    var seller = TestTokens.seller(payment.firstSeller);
    as(seller)
        .get("/api/payments/ledger/accounts")
        .then()
        .statusCode(200)
        .body("items.account", contains("seller:" + payment.firstSeller));
    as(seller)
        .get("/api/payments/ledger/accounts/seller:%s/entries".formatted(payment.firstSeller))
        .then()
        .body("items", hasSize(1));
    for (String foreign : List.of("fees", "provider:stripe", "seller:s1")) {
      as(seller)
          .get("/api/payments/ledger/accounts/%s/entries".formatted(foreign))
          .then()
          .statusCode(404);
    }
    as(TestTokens.customer("c1")).get("/api/payments/ledger/accounts").then().statusCode(403);
    as(seller).body("{}").post("/api/payments/ledger/payouts").then().statusCode(403);
  }

  @Test
  void pagesThroughAccountsAndEntries() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 300);
    payment.capture(payment.first, 300);
    payment.capture(payment.second, 300);
    payment.awaitColumn("captured_amount", 900L);
    String path = "/api/payments/ledger/accounts";
    String next = as(TestTokens.operator()).get(path + "?limit=1").path("nextCursor");
    String second =
        as(TestTokens.operator()).get(path + "?limit=1&cursor=" + next).path("items[0].account");
    String first = as(TestTokens.operator()).get(path + "?limit=1").path("items[0].account");
    assertThat(first).isLessThan(second);
    String entries = path + "/seller:%s/entries?limit=1".formatted(payment.firstSeller);
    String cursor = as(TestTokens.operator()).get(entries).path("nextCursor");
    as(TestTokens.operator())
        .get(entries + "&cursor=" + cursor)
        .then()
        .body("items", hasSize(1))
        .body("nextCursor", equalTo(null));
    as(TestTokens.operator())
        .get(path + "?cursor=" + cursor)
        .then()
        .statusCode(422)
        .body("code", equalTo("invalid-cursor"));
  }

  @Test
  void theDatabaseRefusesWhatDoesNotBalanceAndWhatIsRewritten() {
    UUID transaction = UUID.randomUUID();
    assertThatThrownBy(() ->
            database()
                .execute(
                    """
                    WITH t AS (INSERT INTO ledger_transactions (id, type, reference, booked_at) VALUES (?, 'TEST', 'x', now()) RETURNING id)
                    INSERT INTO ledger_entries (transaction_id, line, account, currency, amount)
                    SELECT id, 1, 'fees', 'EUR', 1 FROM t UNION ALL SELECT id, 2, 'refunds', 'USD', -1 FROM t
                    """,
                    transaction))
        .hasStackTraceContaining("does not balance");
    assertThatThrownBy(() -> database().execute("UPDATE ledger_entries SET amount = amount + 1"))
        .hasStackTraceContaining("append-only");
    assertThatThrownBy(() -> database().execute("DELETE FROM payment_events"))
        .hasStackTraceContaining("append-only");
  }

  private static Response account(String seller) {
    return as(TestTokens.operator()).get("/api/payments/ledger/accounts?account=seller:" + seller);
  }

  private static Response payOut(String seller, long amount, String reference) {
    return as(TestTokens.operator())
        .body(
            "{\"sellerId\": \"%s\", \"amount\": %d, \"currency\": \"EUR\", \"reference\": \"%s\"}"
                .formatted(seller, amount, reference))
        .post("/api/payments/ledger/payouts");
  }
}
