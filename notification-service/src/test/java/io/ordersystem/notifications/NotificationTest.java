package io.ordersystem.notifications;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestMail;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.mail.BodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URL;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class NotificationTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TestHTTPResource(value = "/metrics", management = true)
  URL management;

  private static final UUID ITEM = TestEvents.newId();
  private static final UUID PARCEL = TestEvents.newId();
  private static final UUID REFUND = TestEvents.newId();
  private final UUID order = TestEvents.newId();
  private final String address = "ada-" + order + "@example.org";

  @Test
  void confirmsInGermanWithAmountsAsGermansReadThem() throws Exception {
    contact("de");
    confirmed(order, "EUR", 123456);
    MimeMessage mail = mail();
    assertThat(mail.getSubject()).isEqualTo("Ihre Bestellung 261122-TESTNUM ist bestätigt");
    assertThat(text(mail)).contains("1.234,56\u00a0€", "2 x Tea");
    assertThat(mail.getMessageID()).endsWith("@ordersystem.local>");
  }

  @Test
  void speaksEnglishToWhoeverSpeaksSomethingElse() throws Exception {
    contact("fr");
    confirmed(order, "JPY", 500);
    assertThat(mail().getSubject()).isEqualTo("Your order 261122-TESTNUM is confirmed");
    assertThat(text(mail())).contains("¥500").doesNotContain("500.00");
  }

  @Test
  void saysWhyAnOrderWasCancelled() throws Exception {
    contact("en");
    publish(
        EventType.ORDER_CANCELLED,
        order,
        "CANCELLED",
        "OUT_OF_STOCK",
        "KWD",
        1500,
        TestEvents.newId());
    assertThat(text(mail())).contains("sold out", "KWD\u00a01.500");
  }

  @Test
  void writesOnceForTwentyDuplicatesAndNeverForChildren() {
    contact("en");
    UUID event = TestEvents.newId();
    for (int i = 0; i < 20; i++) {
      publish(EventType.ORDER_CONFIRMED, order, "CONFIRMED", null, "EUR", 100, event);
    }
    UUID child = TestEvents.newId();
    publishChild(child);
    await().atMost(SOON).until(() -> sent() == 1);
    UUID later = TestEvents.newId();
    publish(EventType.ORDER_CONFIRMED, later, "CONFIRMED", null, "EUR", 100, TestEvents.newId());
    await().atMost(SOON).until(() -> messages(later) == 1);
    assertThat(TestMail.to(address)).hasSize(1);
    assertThat(messages(child)).isZero();
  }

  @Test
  void tellsOfNoCancellationBeforeTheConfirmationThatIsStillTried() {
    contact("en");
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> sent() == 1);
    database()
        .execute(
            "UPDATE messages SET status = 'QUEUED', next_attempt_at = now() + interval '1 hour' WHERE order_id = ?",
            order);
    publish(
        EventType.ORDER_CANCELLED,
        order,
        "CANCELLED",
        "OUT_OF_STOCK",
        "EUR",
        100,
        TestEvents.newId());
    await().atMost(SOON).until(() -> messages(order) == 2);
    await()
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() -> TestMail.to(address).size() == 1);
    database()
        .execute(
            "UPDATE messages SET next_attempt_at = now() WHERE order_id = ? AND template = 'order-confirmed'",
            order);
    await().atMost(SOON).until(() -> sent() == 2);
  }

  @Test
  void tellsOfEachParcelWithWhatIsInIt() throws Exception {
    contact("de");
    happened(TestEvents.newId(), "PROCESSING", "parcel-shipped", PARCEL.toString());
    assertThat(mail().getSubject())
        .isEqualTo("Ein Paket Ihrer Bestellung 261122-TESTNUM ist unterwegs");
    assertThat(text(mail())).contains("DHL", "00340434", "1 x Tea", "12,34\u00a0€");
    happened(order, "PROCESSING", "parcel-shipped", PARCEL.toString());
    await().atMost(SOON).until(() -> TestMail.to(address).size() == 2);
  }

  @Test
  void tellsWhatIsGivenBackAndWhatWillNotBeCharged() throws Exception {
    contact("en");
    happened(order, "DELIVERED", "refunded", REFUND.toString());
    assertThat(mail().getSubject()).isEqualTo("Money back for your order 261122-TESTNUM");
    assertThat(text(mail())).contains("€5.67", "1 x Tea: €5.00");
    happened(order, "CONFIRMED", "lines-cancelled", "CUSTOMER");
    happened(TestEvents.newId(), "CANCELLED", "cancelled", "SELLER");
    await().atMost(SOON).until(() -> TestMail.to(address).size() == 3);
    for (MimeMessage mail : TestMail.to(address)) {
      if (!mail.getSubject().startsWith("Money back")) {
        assertThat(mail.getSubject()).startsWith("A part of your order");
        assertThat(text(mail)).contains("Of €50.00, €25.00");
      }
    }
  }

  @Test
  void waitsForTheContact() {
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> messages(order) == 1);
    assertThat(TestMail.to(address)).isEmpty();
    contact("en");
    await().atMost(SOON).until(() -> TestMail.to(address).size() == 1);
  }

  @Test
  void aContactAndAnEventThatAreTakenInAtTheSameMomentDoNotMissEachOther() throws Exception {
    // The contact's transaction, as KeepContacts makes it, is open while the event comes in.
    try (Connection contact = database().connect();
        Statement statement = contact.createStatement()) {
      contact.setAutoCommit(false);
      statement.execute(
          "SELECT pg_advisory_xact_lock("
              + (order.getMostSignificantBits() ^ order.getLeastSignificantBits())
              + ")");
      statement.execute(
          "INSERT INTO contacts (order_id, customer_id, name, email, locale, version) VALUES ('%s', 'c1', 'Ada', '%s', 'en', 1)"
              .formatted(order, address));
      confirmed(order, "EUR", 100);
      await()
          .atMost(SOON)
          .until(() ->
              database()
                      .number(
                          "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                  > 0);
      contact.commit();
    }
    await().atMost(SOON).until(() -> sent() == 1);
  }

  @Test
  void theNewestContactWinsAlsoWhenTheOlderOneComesLater() {
    contact(2, "new-" + address);
    contact(1, address);
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> sent() == 1);
    assertThat(TestMail.to("new-" + address)).hasSize(1);
    assertThat(TestMail.to(address)).isEmpty();
  }

  @Test
  void saysWhoCancelledAnOrder() throws Exception {
    contact("en");
    publish(
        EventType.ORDER_CANCELLED, order, "CANCELLED", "SELLER", "EUR", 1500, TestEvents.newId());
    assertThat(text(mail())).contains("by the seller").doesNotContain("as requested");
  }

  @Test
  void sendsWhenTheMailServerIsBack() {
    contact("en");
    try (var outage = TestOutage.stopMail()) {
      confirmed(order, "EUR", 100);
      await()
          .atMost(SOON)
          .until(() ->
              !database()
                  .rows(
                      "SELECT 1 AS x FROM message_attempts a JOIN messages m ON m.id = a.message_id WHERE m.order_id = ?",
                      order)
                  .isEmpty());
    }
    await().atMost(SOON).until(() -> sent() == 1);
    as(TestTokens.customer("c1"))
        .get("/api/notifications?orderId=" + order)
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].status", equalTo("SENT"))
        .body("items[0].attempts[0].outcome", equalTo("FAILED"));
  }

  @Test
  void givesUpAfterTheLastAttemptAndSaysSo() {
    contact("en");
    try (var outage = TestOutage.stopMail();
        var events = TestKafka.read(Topic.MESSAGE_EVENTS)) {
      confirmed(order, "EUR", 100);
      await()
          .atMost(SOON)
          .until(() ->
              database()
                      .number(
                          "SELECT count(*) FROM message_attempts a JOIN messages m ON m.id = a.message_id WHERE m.order_id = ?",
                          order)
                  == 1);
      // Nine attempts and most of a day later.
      database()
          .execute(
              "UPDATE messages SET attempts = 10, next_attempt_at = now() WHERE order_id = '%s'"
                  .formatted(order));
      events.await(
          SOON,
          event ->
              order.toString().equals(event.key())
                  && event.type().equals(EventType.MESSAGE_FAILED.ceType()));
    }
    as(TestTokens.operator())
        .get("/api/notifications?orderId=" + order)
        .then()
        .body("items[0].status", equalTo("FAILED"));
    assertThat(sent()).isZero();
  }

  /** A contact that was lost is on its topic: the rebuild brings it back, and the mail out. */
  @Test
  void aRebuildOfContactsReleasesWhatHasWaitedForThem() {
    contact("en");
    await()
        .atMost(SOON)
        .until(() ->
            database().number("SELECT count(*) FROM contacts WHERE order_id = ?", order) == 1);
    database().execute("DELETE FROM contacts WHERE order_id = '%s'".formatted(order));
    confirmed(order, "EUR", 100);
    await()
        .atMost(SOON)
        .until(() ->
            database().number("SELECT count(*) FROM messages WHERE order_id = ?", order) == 1);
    assertThat(sent()).isZero();
    given()
        .baseUri("http://127.0.0.1:" + management.getPort())
        .basePath("")
        .post("/ops/projections/contacts/rebuild")
        .then()
        .statusCode(200);
    await().atMost(SOON).until(() -> sent() == 1);
  }

  @Test
  void showsACustomerItsOwnMessagesOnly() {
    contact("en");
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> sent() == 1);
    String path = "/api/notifications?orderId=" + order;
    as(TestTokens.customer("c2")).get(path).then().statusCode(200).body("items", hasSize(0));
    as(TestTokens.operator()).get(path).then().statusCode(200).body("items", hasSize(1));
    as(TestTokens.seller("s1")).get(path).then().statusCode(200).body("items", hasSize(0));
    as("nonsense").get(path).then().statusCode(401);
    as(TestTokens.operator()).get("/api/notifications?orderId=x").then().statusCode(422);
  }

  @Test
  void showsWhatAMessageSaysInTheLanguageOfItsRecipient() {
    contact("de");
    confirmed(order, "EUR", 123456);
    await().atMost(SOON).until(() -> sent() == 1);
    String path = "/api/notifications/" + message();
    as(TestTokens.customer("c1"))
        .get(path + "/preview")
        .then()
        .statusCode(200)
        .body("recipient", equalTo(address))
        .body("locale", equalTo("de"))
        .body("subject", equalTo("Ihre Bestellung 261122-TESTNUM ist bestätigt"))
        .body("text", containsString("1.234,56\u00a0€"))
        .body("html", containsString("<html"));
    as(TestTokens.operator()).get(path).then().statusCode(200).body("status", equalTo("SENT"));
    for (String hidden : List.of(path, path + "/preview")) {
      as(TestTokens.customer("c2")).get(hidden).then().statusCode(404);
      as(TestTokens.seller("s1")).get(hidden).then().statusCode(404);
    }
    as(TestTokens.operator()).get("/api/notifications/x/preview").then().statusCode(404);
  }

  @Test
  void sendsAMessageAgainToTheNewAddressWhenAnOperatorAsks() throws Exception {
    contact("en");
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> sent() == 1);
    String path = "/api/notifications/" + message() + "/resend";
    as(TestTokens.customer("c1")).post(path).then().statusCode(403);
    as(TestTokens.operator()).header("If-Match", "\"1\"").post(path).then().statusCode(412);
    contact(2, "new-" + address);
    await()
        .atMost(SOON)
        .until(() ->
            database().number("SELECT count(*) FROM contacts WHERE email = ?", "new-" + address)
                == 1);
    try (var events = TestKafka.readFromNow(Topic.MESSAGE_EVENTS)) {
      for (int i = 0; i < 3; i++) {
        as(TestTokens.operator())
            .header("Idempotency-Key", "again-" + order)
            .post(path)
            .then()
            .statusCode(202)
            .body("status", equalTo("QUEUED"))
            .body("resends", equalTo(1))
            .body("version", equalTo(3));
      }
      events.await(
          SOON,
          event ->
              order.toString().equals(event.key())
                  && event.type().equals(EventType.MESSAGE_SENT.ceType())
                  && "4".equals(event.headers().get("ce_aggregateversion")));
    }
    assertThat(TestMail.to(address)).hasSize(1);
    assertThat(TestMail.to("new-" + address)).hasSize(1);
    assertThat(TestMail.to("new-" + address).getFirst().getMessageID())
        .isEqualTo("<" + message() + ".1@ordersystem.local>");
    database().execute("UPDATE messages SET resends = 20 WHERE order_id = '%s'".formatted(order));
    as(TestTokens.operator())
        .post(path)
        .then()
        .statusCode(409)
        .body("type", endsWith("illegal-transition"));
  }

  @Test
  void aMessageThatIsSentAgainHasAllItsAttemptsAndIsNotQueuedTwice() {
    contact("en");
    confirmed(order, "EUR", 100);
    await().atMost(SOON).until(() -> sent() == 1);
    String path = "/api/notifications/" + message() + "/resend";
    // As before the first attempt, then as after the last one.
    database()
        .execute(
            "UPDATE messages SET status = 'QUEUED', attempts = 0, next_attempt_at = now() + interval '1 hour' WHERE order_id = '%s'"
                .formatted(order));
    as(TestTokens.operator()).post(path).then().statusCode(409);
    database()
        .execute(
            "UPDATE messages SET status = 'FAILED', attempts = 11, next_attempt_at = NULL WHERE order_id = '%s'"
                .formatted(order));
    try (var outage = TestOutage.stopMail()) {
      as(TestTokens.operator()).post(path).then().statusCode(202);
      await()
          .atMost(SOON)
          .until(() ->
              database()
                      .number(
                          "SELECT count(*) FROM message_attempts a JOIN messages m ON m.id = a.message_id WHERE m.order_id = ? AND a.outcome = 'FAILED'",
                          order)
                  > 0);
      contact(2, "new-" + address);
      await()
          .atMost(SOON)
          .until(() ->
              database().number("SELECT count(*) FROM contacts WHERE email = ?", "new-" + address)
                  == 1);
      as(TestTokens.operator())
          .get("/api/notifications/" + message() + "/preview")
          .then()
          .body("recipient", equalTo(address));
      await().atMost(SOON).until(() -> as(TestTokens.operator()).post(path).statusCode() == 202);
    }
    await().atMost(SOON).until(() -> TestMail.to("new-" + address).size() == 1);
    assertThat(TestMail.to(address)).hasSize(1);
  }

  private String message() {
    return database()
        .rows("SELECT id::text AS id FROM messages WHERE order_id = ?", order)
        .getFirst()
        .get("id")
        .toString();
  }

  private void contact(String locale) {
    contact(1, address, locale);
  }

  private void contact(long version, String to) {
    contact(version, to, "en");
  }

  private void contact(long version, String to, String locale) {
    TestEvents.publish(
        EventType.ORDER_CONTACT_RECORDED,
        order.toString(),
        order + "/contact",
        version,
        new OrderContact(order, "c1", new OrderContact.Contact("Ada", to, locale), null));
  }

  private void confirmed(UUID id, String currency, long total) {
    publish(EventType.ORDER_CONFIRMED, id, "CONFIRMED", null, currency, total, TestEvents.newId());
  }

  private static void publish(
      EventType type,
      UUID id,
      String status,
      @org.jspecify.annotations.Nullable String reason,
      String currency,
      long total,
      UUID event) {
    TestEvents.publish(
        event,
        type,
        id.toString(),
        id.toString(),
        2,
        order(id, id, null, status, reason, currency, total));
  }

  private void publishChild(UUID child) {
    TestEvents.publish(
        EventType.ORDER_CONFIRMED,
        order.toString(),
        child.toString(),
        2,
        order(child, order, order, "CONFIRMED", null, "EUR", 100));
  }

  private static OrderChanged order(
      UUID id,
      UUID root,
      @org.jspecify.annotations.Nullable UUID parent,
      String status,
      @org.jspecify.annotations.Nullable String reason,
      String currency,
      long total) {
    var item =
        new OrderChanged.Item(
            ITEM, "tea", "s1", "Tea", 2, total / 2, 0, 0, 0, total, status, "key", 0, 0, 0, 0, 0,
            0);
    String type = status.equals("CANCELLED") ? "cancelled" : "confirmed";
    return changed(id, root, parent, status, reason, currency, total, item, type, null);
  }

  private static OrderChanged changed(
      UUID id,
      UUID root,
      @org.jspecify.annotations.Nullable UUID parent,
      String status,
      @org.jspecify.annotations.Nullable String reason,
      String currency,
      long total,
      OrderChanged.Item item,
      String type,
      @org.jspecify.annotations.Nullable String detail) {
    return new OrderChanged(
        id,
        root,
        parent,
        "261122-TESTNUM",
        "c1",
        "s1",
        status,
        "AUTHORIZED",
        "NONE",
        reason,
        currency,
        total,
        0,
        0,
        0,
        total,
        List.of(item),
        List.of(),
        List.of(new OrderChanged.Change(type, Instant.parse("2026-11-22T10:00:00Z"), detail)),
        parent == null ? status : "PROCESSING",
        type.equals("lines-cancelled") || status.equals("CANCELLED") ? total / 2 : 0,
        0,
        0,
        List.of(
            new OrderChanged.Shipment(
                PARCEL,
                "DHL",
                "00340434",
                "SHIPPED",
                1234,
                "PENDING",
                List.of(new OrderChanged.ShippedLine(ITEM, 1)))),
        List.of(
            new OrderChanged.Refund(
                REFUND,
                567,
                67,
                false,
                "SUCCEEDED",
                null,
                List.of(new OrderChanged.RefundedLine(ITEM, 1, 500)))));
  }

  private void happened(UUID id, String status, String type, String detail) {
    var item =
        new OrderChanged.Item(
            ITEM, "tea", "s1", "Tea", 2, 2500, 0, 0, 0, 5000, status, "key", 0, 0, 0, 0, 0, 0);
    TestEvents.publish(
        EventType.ORDER_UPDATED,
        order.toString(),
        id.toString(),
        3,
        changed(
            id,
            order,
            id.equals(order) ? null : order,
            status,
            null,
            "EUR",
            5000,
            item,
            type,
            detail));
  }

  private MimeMessage mail() {
    await().atMost(SOON).until(() -> !TestMail.to(address).isEmpty());
    return TestMail.to(address).getFirst();
  }

  private static String text(MimeMessage mail) throws Exception {
    BodyPart first = ((MimeMultipart) mail.getContent()).getBodyPart(0);
    return first.getContent().toString();
  }

  private int sent() {
    return database()
        .rows("SELECT 1 AS x FROM messages WHERE order_id = ? AND status = 'SENT'", order)
        .size();
  }

  private static int messages(UUID id) {
    return database().rows("SELECT 1 AS x FROM messages WHERE order_id = ?", id).size();
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("notification");
  }

  private static io.restassured.specification.RequestSpecification as(String token) {
    return TestRequests.as(token);
  }
}
