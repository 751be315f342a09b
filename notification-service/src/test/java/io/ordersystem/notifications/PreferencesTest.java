package io.ordersystem.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestMail;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What customers and sellers prefer, and that it is honoured. */
@QuarkusTest
class PreferencesTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String WANTS_GERMAN = "{\"locale\": \"de\", \"channels\": [\"EMAIL\"]}";
  private static final String OPTED_OUT = "{\"channels\": []}";

  private final String customer = "c-" + TestEvents.newId();
  private final String seller = "s-" + TestEvents.newId();
  private final String path = "/api/notifications/preferences/" + customer;
  private final String sellerPath = "/api/notifications/preferences/sellers/" + seller;
  private final String address = customer + "@example.org";

  @Test
  void areNamedAsAWholeAndChangedByVersion() {
    asCustomer().get(path).then().statusCode(404);
    asCustomer().header("If-Match", "*").body(OPTED_OUT).put(path).then().statusCode(412);
    asCustomer()
        .body(WANTS_GERMAN)
        .put(path)
        .then()
        .statusCode(201)
        .header("ETag", "\"1\"")
        .header("Location", path)
        .body("customerId", equalTo(customer))
        .body("locale", equalTo("de"))
        .body("channels", contains("EMAIL"));
    // The same again is the same.
    asCustomer().body(WANTS_GERMAN).put(path).then().statusCode(200).header("ETag", "\"1\"");
    asCustomer()
        .header("If-Match", "\"1\"")
        .body(OPTED_OUT)
        .put(path)
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("locale", nullValue())
        .body("channels", empty());
    asCustomer()
        .header("If-Match", "\"1\"")
        .body(WANTS_GERMAN)
        .put(path)
        .then()
        .statusCode(412)
        .body("type", endsWith("version-mismatch"));
    asCustomer().header("If-None-Match", "\"2\"").get(path).then().statusCode(304);
    asCustomer().get(path).then().statusCode(200).body("version", equalTo(2));
  }

  @Test
  void areRefusedWhenTheyMakeNoSense() {
    for (String wrong :
        List.of(
            "{\"locale\": \"german!\", \"channels\": []}",
            "{\"locale\": \"de\"}",
            "{\"channels\": [\"PIGEON\"]}",
            "{\"channels\": [null]}",
            "{\"channels\": \"EMAIL\"}")) {
      asCustomer()
          .body(wrong)
          .put(path)
          .then()
          .statusCode(422)
          .contentType("application/problem+json")
          .body("type", endsWith("validation-failed"));
    }
    asCustomer()
        .body("{\"channels\": [\"PIGEON\"]}")
        .put(path)
        .then()
        .body("errors[0].pointer", equalTo("/channels"));
    for (String wrong :
        List.of(
            "{\"email\": \"nobody\", \"channels\": []}",
            "{\"email\": \"a@example.org\", \"locale\": \"x\", \"channels\": []}",
            "{\"email\": \"a@example.org\"}")) {
      as(TestTokens.seller(seller)).body(wrong).put(sellerPath).then().statusCode(422);
    }
    as(TestTokens.operator())
        .body(OPTED_OUT)
        .put("/api/notifications/preferences/" + "x".repeat(65))
        .then()
        .statusCode(422);
    assertThat(
            database()
                .number(
                    "SELECT count(*) FROM preferences WHERE party_id IN (?, ?)", customer, seller))
        .isZero();
  }

  @Test
  void areNobodyElsesBusiness() {
    asCustomer().body(WANTS_GERMAN).put(path).then().statusCode(201);
    String mail = "{\"email\": \"%s@example.org\", \"channels\": [\"EMAIL\"]}".formatted(seller);
    as(TestTokens.seller(seller)).body(mail).put(sellerPath).then().statusCode(201);
    for (String stranger : List.of(TestTokens.customer("c-other"), TestTokens.seller(customer))) {
      as(stranger).get(path).then().statusCode(403).body("type", endsWith("forbidden"));
      as(stranger).body(OPTED_OUT).put(path).then().statusCode(403);
    }
    for (String stranger :
        List.of(TestTokens.customer(seller), TestTokens.seller("s-other"), TestTokens.service())) {
      as(stranger).get(sellerPath).then().statusCode(403);
      as(stranger).body(mail).put(sellerPath).then().statusCode(403);
    }
    as(TestTokens.service()).get(path).then().statusCode(200);
    as(TestTokens.operator()).body(OPTED_OUT).put(path).then().statusCode(200);
    as(TestTokens.operator())
        .get(sellerPath)
        .then()
        .statusCode(200)
        .body("sellerId", equalTo(seller))
        .body("customerId", nullValue())
        .body("email", equalTo(seller + "@example.org"));
    as("nonsense").get(path).then().statusCode(401);
  }

  @Test
  void ofTwoWhoChangeTheSameVersionOneIsTold() {
    assertThat(atOnce(() -> put(WANTS_GERMAN, null), () -> put(OPTED_OUT, null)))
        .containsExactlyInAnyOrder(201, 200);
    asCustomer().body("{\"locale\": \"fr\", \"channels\": []}").put(path).then().statusCode(200);
    String version = asCustomer().get(path).header("ETag");
    assertThat(atOnce(() -> put(WANTS_GERMAN, version), () -> put(OPTED_OUT, version)))
        .containsExactlyInAnyOrder(200, 412);
  }

  @Test
  void decideWhatOptionalMessagesAreSentAndNoOthers() {
    asCustomer().body(OPTED_OUT).put(path).then().statusCode(201);
    TestOrder order = TestOrder.whole(customer, seller);
    order.contact(address, "en");
    order.shipped();
    order.confirmed();
    awaitStatus(order, "order-confirmed", "SENT");
    awaitStatus(order, "order-shipped", "SUPPRESSED");
    assertThat(TestMail.to(address)).hasSize(1);
    asCustomer()
        .get("/api/notifications?status=SUPPRESSED&orderId=" + order.id())
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items.template", hasItem("order-shipped"))
        .body("items[0].attempts", empty());
  }

  @Test
  void countWhenAMessageIsSentNotWhenItIsQueued() {
    TestOrder order = TestOrder.whole(customer, seller);
    order.shipped();
    await()
        .atMost(SOON)
        .until(() ->
            database().number("SELECT count(*) FROM messages WHERE order_id = ?", order.id()) == 1);
    asCustomer().body(OPTED_OUT).put(path).then().statusCode(201);
    order.contact(address, "en");
    awaitStatus(order, "order-shipped", "SUPPRESSED");
    assertThat(TestMail.to(address)).isEmpty();
    // Wanted after all: it takes an operator, and the wish.
    String message =
        "/api/notifications/"
            + database()
                .rows("SELECT id::text AS id FROM messages WHERE order_id = ?", order.id())
                .getFirst()
                .get("id");
    asCustomer().body(WANTS_GERMAN).put(path).then().statusCode(200);
    as(TestTokens.operator()).post(message + "/resend").then().statusCode(202);
    awaitStatus(order, "order-shipped", "SENT");
    assertThat(TestMail.to(address)).hasSize(1);
  }

  @Test
  void sayTheLanguageWhateverTheOrdersContactSays() throws Exception {
    asCustomer().body(WANTS_GERMAN).put(path).then().statusCode(201);
    TestOrder order = TestOrder.whole(customer, seller);
    order.contact(address, "en");
    order.confirmed();
    awaitStatus(order, "order-confirmed", "SENT");
    assertThat(TestMail.to(address).getFirst().getSubject())
        .isEqualTo("Ihre Bestellung 261122-TESTNUM ist bestätigt");
  }

  private static void awaitStatus(TestOrder order, String template, String status) {
    await()
        .atMost(SOON)
        .until(() ->
            database()
                    .number(
                        "SELECT count(*) FROM messages WHERE order_id = ? AND template = ? AND status = ?",
                        order.id(),
                        template,
                        status)
                == 1);
  }

  private int put(String body, @org.jspecify.annotations.Nullable String ifMatch) {
    RequestSpecification request = asCustomer().body(body);
    return (ifMatch == null ? request : request.header("If-Match", ifMatch)).put(path).statusCode();
  }

  private static List<Integer> atOnce(Supplier<Integer> one, Supplier<Integer> other) {
    var first = CompletableFuture.supplyAsync(one);
    var second = CompletableFuture.supplyAsync(other);
    return List.of(first.join(), second.join());
  }

  private RequestSpecification asCustomer() {
    return as(TestTokens.customer(customer));
  }

  private static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("notification");
  }
}
