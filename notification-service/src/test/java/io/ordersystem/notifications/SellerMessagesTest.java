package io.ordersystem.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestMail;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.notifications.message.EndpointContent;
import io.ordersystem.notifications.message.OrderContent;
import io.ordersystem.notifications.message.SellerNotices;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What sellers are told, and who sees it. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class SellerMessagesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject SellerNotices notices;
  @Inject Transactions transactions;
  @Inject Vertx vertx;

  private final String customer = "c-" + TestEvents.newId();
  private final String seller = "s-" + TestEvents.newId();
  private final String address = seller + "@example.org";
  private final TestOrder order = TestOrder.whole(customer, seller);

  @Test
  void tellASellerOfAnOrderToFulfilInItsLanguageAndNothingOfTheCustomer() throws Exception {
    reachable("de", "EMAIL");
    TestOrder child = order.child(seller);
    order.contact(customer + "@example.org", "en");
    child.confirmed();
    MimeMessage mail = mail(0);
    assertThat(mail.getSubject()).isEqualTo("Neue Bestellung 261122-TESTNUM-1");
    for (int part : List.of(0, 1)) {
      assertThat(text(mail, part))
          .contains("1.234,56\u00a0€", "Tea", "261122-TESTNUM-1")
          .doesNotContain("Ada", customer);
    }
    // Its events are told with the rest of the order, and name no address.
    Map<String, @Nullable Object> event =
        database()
            .rows(
                "SELECT key, data::text AS data FROM outbox WHERE subject = (SELECT id::text FROM messages WHERE order_id = ?) AND aggregate_version = 1",
                child.id())
            .getFirst();
    assertThat(event.get("key")).isEqualTo(order.root().toString());
    assertThat(String.valueOf(event.get("data")))
        .contains(child.id().toString(), "seller-order-confirmed")
        .doesNotContain(address);
  }

  @Test
  void tellASellerWhenAnOrderItWasToldOfIsCancelled() throws Exception {
    reachable("en", "EMAIL");
    order.confirmed();
    order.cancelled("CUSTOMER");
    await().atMost(SOON).until(() -> TestMail.to(address).size() == 2);
    List<String> subjects = List.of(mail(0).getSubject(), mail(1).getSubject());
    assertThat(subjects)
        .containsExactlyInAnyOrder(
            "New order 261122-TESTNUM", "Order 261122-TESTNUM was cancelled");
    MimeMessage cancelled = mail(subjects.indexOf("Order 261122-TESTNUM was cancelled"));
    assertThat(text(cancelled, 0)).contains("over €1,234.56", "by the customer", "2 x Tea");
    // The customer's own about the same order wait for its contact.
    assertThat(messages("audience = 'CUSTOMER' AND status = 'QUEUED' AND recipient IS NULL"))
        .isEqualTo(2);
  }

  @Test
  void tellASellerWhatOfAnOrderIsCancelled() throws Exception {
    reachable("de", "EMAIL");
    order.lineCancelled();
    await().atMost(SOON).until(() -> messages("audience = 'CUSTOMER'") == 1);
    assertThat(messages("audience = 'SELLER'")).isZero();
    order.confirmed();
    mail(0);
    order.lineCancelled();
    assertThat(mail(1).getSubject())
        .isEqualTo("Ein Teil der Bestellung 261122-TESTNUM wurde storniert");
    assertThat(text(mail(1), 0)).contains("1 x Tea: 617,28\u00a0€");
  }

  @Test
  void sayNothingOfAnOrderThatWasNeverConfirmed() {
    reachable("en", "EMAIL");
    order.cancelled("OUT_OF_STOCK");
    await().atMost(SOON).until(() -> messages("audience = 'CUSTOMER'") == 1);
    assertThat(messages("audience = 'SELLER'")).isZero();
  }

  /**
   * The contact of the same order is the customer's: neither its language nor its address count.
   */
  @Test
  void speakTheDefaultToASellerThatNamedNoLanguage() throws Exception {
    as(TestTokens.seller(seller))
        .body("{\"email\": \"%s\", \"channels\": [\"EMAIL\"]}".formatted(address))
        .put("/api/notifications/preferences/sellers/" + seller)
        .then()
        .statusCode(201);
    order.contact(customer + "@example.org", "de");
    await()
        .atMost(SOON)
        .until(() ->
            database().number("SELECT count(*) FROM contacts WHERE order_id = ?", order.id()) == 1);
    order.confirmed();
    assertThat(mail(0).getSubject()).isEqualTo("New order 261122-TESTNUM");
  }

  @Test
  void waitForNoAddress() {
    as(TestTokens.seller(seller))
        .body("{\"channels\": [\"EMAIL\"]}")
        .put("/api/notifications/preferences/sellers/" + seller)
        .then()
        .statusCode(201);
    order.confirmed();
    await().atMost(SOON).until(() -> messages("audience = 'CUSTOMER'") == 1);
    assertThat(messages("audience = 'SELLER'")).isZero();
  }

  @Test
  void areNotSentToASellerThatOptedOut() {
    reachable("en");
    order.confirmed();
    await()
        .atMost(SOON)
        .until(() -> messages("audience = 'SELLER' AND status = 'SUPPRESSED'") == 1);
    assertThat(TestMail.to(address)).isEmpty();
  }

  @Test
  void comeOnceForTwentyDuplicates() {
    reachable("en", "EMAIL");
    UUID event = TestEvents.newId();
    for (int i = 0; i < 20; i++) {
      order.confirmed(event);
    }
    // Also when the order is said to be confirmed by another event.
    order.confirmed();
    TestOrder later = order.child(seller);
    later.confirmed();
    await().atMost(SOON).until(() -> TestMail.to(address).size() == 2);
    assertThat(messages("audience = 'SELLER'")).isEqualTo(1);
    assertThat(messages("audience = 'CUSTOMER'")).isEqualTo(1);
  }

  @Test
  void areSeenByTheirSellerAndTheCustomersByTheirCustomer() {
    reachable("en", "EMAIL");
    order.contact(customer + "@example.org", "en");
    order.confirmed();
    await().atMost(SOON).until(() -> messages("status = 'SENT'") == 2);
    String list = "/api/notifications?orderId=" + order.id();
    as(TestTokens.customer(customer))
        .get(list)
        .then()
        .body("items.audience", equalTo(List.of("CUSTOMER")));
    as(TestTokens.seller(seller))
        .get(list)
        .then()
        .body("items.audience", equalTo(List.of("SELLER")))
        .body("items[0].recipient", equalTo(address))
        .body("items[0].sellerId", equalTo(seller));
    as(TestTokens.seller("s-other")).get(list).then().statusCode(200).body("items", hasSize(0));
    // A customer whose id is a seller's, and the other way round.
    as(TestTokens.customer(seller)).get(list).then().body("items", hasSize(0));
    as(TestTokens.seller(customer)).get(list).then().body("items", hasSize(0));
    as(TestTokens.sellerWhoBuys(customer, seller))
        .get(list)
        .then()
        .body("items.audience", containsInAnyOrder("CUSTOMER", "SELLER"));
    as(TestTokens.operator()).get(list).then().body("items", hasSize(2));

    String path = "/api/notifications/" + id("SELLER");
    for (String shown : List.of(path, path + "/preview")) {
      as(TestTokens.seller(seller)).get(shown).then().statusCode(200);
      as(TestTokens.customer(customer)).get(shown).then().statusCode(404);
      as(TestTokens.seller("s-other")).get(shown).then().statusCode(404);
    }
    String customers = "/api/notifications/" + id("CUSTOMER");
    as(TestTokens.seller(seller)).get(customers).then().statusCode(404);
    as(TestTokens.seller(seller)).get(customers + "/preview").then().statusCode(404);
    as(TestTokens.seller(seller)).post(path + "/resend").then().statusCode(403);
  }

  @Test
  void areSentAgainToTheNewAddressOfTheSeller() {
    reachable("en", "EMAIL");
    order.contact(customer + "@example.org", "en");
    order.confirmed();
    await().atMost(SOON).until(() -> messages("audience = 'SELLER' AND status = 'SENT'") == 1);
    as(TestTokens.operator())
        .body("{\"email\": \"new-%s\", \"channels\": [\"EMAIL\"]}".formatted(address))
        .put("/api/notifications/preferences/sellers/" + seller)
        .then()
        .statusCode(200);
    as(TestTokens.operator())
        .post("/api/notifications/" + id("SELLER") + "/resend")
        .then()
        .statusCode(202)
        .body("recipient", equalTo("new-" + address));
    await().atMost(SOON).until(() -> TestMail.to("new-" + address).size() == 1);
    assertThat(TestMail.to(customer + "@example.org")).hasSize(1);
  }

  @Test
  void tellOfAnEndpointThatIsOffEvenThoseWhoOptedOut() throws Exception {
    reachable("de");
    UUID event = TestEvents.newId();
    var content =
        new EndpointContent(
            "hooks.example.org", "<b>ERP</b>", Instant.parse("2026-11-22T10:05:00Z"));
    for (int i = 0; i < 2; i++) {
      in(tx -> notices.queue(tx, event, seller, Template.WEBHOOK_DISABLED, content));
    }
    MimeMessage mail = mail(0);
    assertThat(mail.getSubject())
        .isEqualTo("Ihr Webhook-Endpunkt bei hooks.example.org wurde abgeschaltet");
    assertThat(text(mail, 0)).contains("<b>ERP</b>", "22. November 2026", "10:05 UTC");
    assertThat(text(mail, 1)).contains("&lt;b&gt;ERP&lt;/b&gt;");
    as(TestTokens.seller(seller))
        .get("/api/notifications")
        .then()
        .body("items", hasSize(1))
        .body("items.template", everyItem(equalTo("webhook-disabled")))
        .body("items[0].orderId", nullValue());
    assertThat(
            database()
                .number(
                    "SELECT count(*) FROM outbox WHERE subject IN (SELECT id::text FROM messages WHERE seller_id = ?)",
                    seller))
        .isZero();
  }

  @Test
  void areNotQueuedForWhoHasNoAddress() {
    var content = new EndpointContent("hooks.example.org", null, Instant.EPOCH);
    in(tx -> notices.queue(tx, TestEvents.newId(), seller, Template.WEBHOOK_DISABLED, content));
    assertThat(database().number("SELECT count(*) FROM messages WHERE seller_id = ?", seller))
        .isZero();
  }

  @Test
  void tellTheOperatorsAtTheirOwnAddress() throws Exception {
    UUID event = TestEvents.newId();
    String host = "h-" + event + ".example.org";
    var content = new EndpointContent(host, null, Instant.parse("2026-11-22T10:05:00Z"));
    in(tx -> notices.queueForOperators(tx, event, Template.WEBHOOK_DISABLED, content));
    await()
        .atMost(SOON)
        .until(() ->
            TestMail.to("operators@example.org").stream()
                .anyMatch(mail -> subject(mail).contains(host)));
    Object id =
        database()
            .rows("SELECT id::text AS id FROM messages WHERE event_id = ?", event)
            .getFirst()
            .get("id");
    as(TestTokens.operator())
        .get("/api/notifications/" + id)
        .then()
        .statusCode(200)
        .body("audience", equalTo("OPERATOR"));
    as(TestTokens.seller(seller)).get("/api/notifications/" + id).then().statusCode(404);
  }

  @Test
  void tellOnlyWhatTheirTemplateIsAbout() {
    var wrong = new OrderContent("n", "EUR", 0, 0, 0, 0, 0, 1, null, List.of(), 0, null, null);
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            in(tx ->
                notices.queue(tx, TestEvents.newId(), seller, Template.WEBHOOK_DISABLED, wrong)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void reachable(String locale, String... channels) {
    String wanted = channels.length == 0 ? "" : "\"" + String.join("\",\"", channels) + "\"";
    as(TestTokens.seller(seller))
        .body(
            "{\"email\": \"%s\", \"locale\": \"%s\", \"channels\": [%s]}"
                .formatted(address, locale, wanted))
        .put("/api/notifications/preferences/sellers/" + seller)
        .then()
        .statusCode(201);
  }

  private void in(Function<Tx, Uni<Void>> work) {
    OwnContext.of(vertx, () -> transactions.inTransaction(work))
        .await()
        .atMost(Duration.ofSeconds(10));
  }

  private MimeMessage mail(int number) {
    await().atMost(SOON).until(() -> TestMail.to(address).size() > number);
    return TestMail.to(address).get(number);
  }

  private static String text(MimeMessage mail, int part) throws Exception {
    return ((MimeMultipart) mail.getContent()).getBodyPart(part).getContent().toString();
  }

  private static String subject(MimeMessage mail) {
    try {
      return mail.getSubject();
    } catch (jakarta.mail.MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private long messages(String condition) {
    return database()
        .number("SELECT count(*) FROM messages WHERE order_id = ? AND " + condition, order.id());
  }

  private String id(String audience) {
    return String.valueOf(
        database()
            .rows(
                "SELECT id::text AS id FROM messages WHERE order_id = ? AND audience = ?",
                order.id(),
                audience)
            .getFirst()
            .get("id"));
  }

  private static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("notification");
  }
}
