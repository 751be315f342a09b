package io.ordersystem.orders;

import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.order;
import static io.ordersystem.orders.Shop.placed;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Who may call what: every operation of the contract times every role, with an order of the
 * caller's own, with somebody else's, and without a token. A route without a row fails.
 */
@QuarkusTest
class AuthorizationMatrixTest {
  private static final Pattern ROUTE = Pattern.compile("^  (/api/\\S+):$");
  private static final Pattern METHOD = Pattern.compile("^    (get|post|put|patch|delete):$");
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  /** What each caller is answered, in this order; of a PENDING order of one seller. */
  private enum Cell {
    CUSTOMER_OWN,
    CUSTOMER_FOREIGN,
    SELLER_OWN,
    SELLER_FOREIGN,
    /** A seller who bought the order from another one. */
    SELLER_WHO_BOUGHT,
    /** A customer who sells the order to another one. */
    CUSTOMER_WHO_SELLS,
    OPERATOR,
    SERVICE
  }

  private static Map<String, List<Integer>> matrix() {
    var matrix = new LinkedHashMap<String, List<Integer>>();
    matrix.put("GET /api/orders", customersOwn(200));
    matrix.put("POST /api/orders", customersOwn(201));
    matrix.put("POST /api/orders/preview", customersOwn(200));
    matrix.put(
        "GET /api/orders/active",
        List.of(FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 200, 200));
    matrix.put("GET /api/orders/{idOrNumber}", everybody(200));
    matrix.put(
        "PATCH /api/orders/{idOrNumber}",
        List.of(200, NOT_FOUND, FORBIDDEN, FORBIDDEN, 200, FORBIDDEN, 200, 200));
    matrix.put("GET /api/orders/{idOrNumber}/events", everybody(200));
    // With a Last-Event-ID that is none: a stream that is allowed would not end.
    matrix.put("GET /api/orders/{idOrNumber}/events/stream", everybody(422));
    matrix.put("POST /api/orders/{idOrNumber}/cancellation", everybody(200));
    matrix.put("POST /api/orders/{idOrNumber}/acceptance", sellersSide(409));
    matrix.put("POST /api/orders/{idOrNumber}/shipments", sellersSide(409));
    // There is no such shipment: also the owner's 404, told apart by the next test.
    matrix.put(
        "POST /api/orders/{idOrNumber}/shipments/{shipmentId}/delivery", sellersSide(NOT_FOUND));
    matrix.put("POST /api/orders/{idOrNumber}/refunds", sellersSide(409));
    matrix.put("GET /api/orders/{idOrNumber}/saga", operators(200));
    matrix.put("POST /api/orders/{idOrNumber}/saga/resume", operators(200));
    matrix.put("POST /api/orders/{idOrNumber}/saga/compensate", operators(200));
    matrix.put(
        "GET /api/sellers/{sellerId}/orders",
        List.of(FORBIDDEN, FORBIDDEN, 200, NOT_FOUND, NOT_FOUND, 200, 200, 200));
    return matrix;
  }

  private static List<Integer> everybody(int status) {
    return List.of(status, NOT_FOUND, status, NOT_FOUND, status, status, status, status);
  }

  private static List<Integer> customersOwn(int status) {
    return List.of(status, FORBIDDEN, FORBIDDEN, FORBIDDEN, status, FORBIDDEN, status, status);
  }

  private static List<Integer> sellersSide(int status) {
    return List.of(FORBIDDEN, FORBIDDEN, status, NOT_FOUND, FORBIDDEN, status, status, status);
  }

  private static List<Integer> operators(int status) {
    return List.of(
        FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, status, FORBIDDEN);
  }

  @Test
  void everyOperationOfTheContractHasARow() throws IOException {
    assertThat(operations())
        .hasSizeGreaterThan(10)
        .containsExactlyInAnyOrderElementsOf(matrix().keySet());
  }

  @Test
  void everyCellIsAsItMustBe() {
    String variant = newVariant();
    offer(variant, "s1", 100, 100_000);
    var wrong = new ArrayList<String>();
    matrix()
        .forEach((operation, cells) -> {
          for (Cell cell : Cell.values()) {
            int expected = cells.get(cell.ordinal());
            int status = call(operation, cell, variant).statusCode();
            if (status != expected) {
              wrong.add("%s %s: %d, expected %d".formatted(operation, cell, status, expected));
            }
          }
          int nobody = anonymous(operation, variant);
          if (nobody != 401) {
            wrong.add("%s without a token: %d".formatted(operation, nobody));
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void aSellersParcelIsItsOwn() {
    String variant = newVariant();
    offer(variant, "s1", 100, 1000);
    JsonObject order =
        Shop.confirmed(TestTokens.customer("owner"), "owner", Shop.body("owner", variant, 1));
    String path = "/api/orders/" + order.getString("id");
    as(TestTokens.operator()).post(path + "/acceptance").then().statusCode(200);
    String item = order.getJsonArray("items").getJsonObject(0).getString("id");
    String shipment =
        as(TestTokens.seller("s1"))
            .body(shipmentOf(item))
            .post(path + "/shipments")
            .then()
            .statusCode(201)
            .extract()
            .path("shipments[0].id");
    String delivery = path + "/shipments/" + shipment + "/delivery";
    as(TestTokens.seller("s2")).post(delivery).then().statusCode(NOT_FOUND);
    as(TestTokens.customer("owner")).post(delivery).then().statusCode(FORBIDDEN);
    as(TestTokens.seller("s1")).post(delivery).then().statusCode(200);
  }

  @Test
  void cursorsAndBodiesOpenNothingThatIsAnothers() {
    String variant = newVariant();
    offer(variant, "s1", 100, 1000);
    String one = "c-" + UUID.randomUUID();
    UUID mine = placed(one, variant, 1);
    placed(one, variant, 1);
    String other = "c-" + UUID.randomUUID();
    UUID theirs = placed(other, variant, 1);
    String cursor =
        as(TestTokens.operator())
            .get("/api/orders?limit=1&customerId=" + one)
            .then()
            .extract()
            .path("nextCursor");
    as(TestTokens.customer(other))
        .get("/api/orders?limit=1&cursor=" + cursor)
        .then()
        .statusCode(422);
    as(TestTokens.seller("s1"))
        .get("/api/sellers/s1/orders?cursor=" + cursor)
        .then()
        .statusCode(422);
    String foreignItem = order(theirs).getJsonArray("items").getJsonObject(0).getString("id");
    as(TestTokens.customer(one))
        .body(
            "{\"reason\": \"x\", \"lines\": [{\"itemId\": \"%s\", \"quantity\": 1}]}"
                .formatted(foreignItem))
        .post("/api/orders/" + mine + "/cancellation")
        .then()
        .statusCode(422);
    assertThat(order(theirs).getString("status")).isEqualTo("PENDING");
  }

  private Response call(String operation, Cell cell, String variant) {
    String me = "c-" + UUID.randomUUID();
    boolean foreign = cell == Cell.CUSTOMER_FOREIGN || cell == Cell.CUSTOMER_WHO_SELLS;
    String owner = foreign ? "somebody" : me;
    String token =
        switch (cell) {
          case CUSTOMER_OWN, CUSTOMER_FOREIGN -> TestTokens.customer(me);
          case SELLER_OWN -> TestTokens.seller("s1");
          case SELLER_FOREIGN -> TestTokens.seller("s2");
          case SELLER_WHO_BOUGHT -> TestTokens.sellerWhoBuys(me, "s2");
          case CUSTOMER_WHO_SELLS -> TestTokens.sellerWhoBuys(me, "s1");
          case OPERATOR -> TestTokens.operator();
          case SERVICE -> TestTokens.service();
        };
    if (operation.endsWith("/events/stream")) {
      return as(token)
          .header("Last-Event-ID", "nonsense")
          .get(path(operation, owner, variant))
          .then()
          .extract()
          .response();
    }
    String path = path(operation, owner, variant);
    return send(as(token), operation, path, body(operation, path, owner, variant));
  }

  private static int anonymous(String operation, String variant) {
    String path = path(operation, "owner", variant);
    return send(
            given().contentType("application/json"),
            operation,
            path,
            body(operation, path, "owner", variant))
        .statusCode();
  }

  private static Response send(
      RequestSpecification request, String operation, String path, @Nullable String body) {
    var ready = body == null ? request : request.body(body);
    return ready.request(operation.substring(0, operation.indexOf(' ')), path);
  }

  private static String path(String operation, String owner, String variant) {
    String route = operation.substring(operation.indexOf(' ') + 1);
    if (route.equals("/api/orders") && operation.startsWith("GET")) {
      return route + "?customerId=" + owner;
    }
    if (route.contains("{idOrNumber}")) {
      route = route.replace("{idOrNumber}", placed(owner, variant, 1).toString());
    }
    return route.replace("{sellerId}", "s1").replace("{shipmentId}", UUID.randomUUID().toString());
  }

  private static @Nullable String body(
      String operation, String path, String owner, String variant) {
    if (operation.equals("POST /api/orders") || operation.endsWith("/preview")) {
      return Shop.body(owner, variant, 1);
    }
    if (operation.startsWith("PATCH")) {
      return "{\"contact\": {\"name\": \"Ada\"}}";
    }
    if (operation.endsWith("/cancellation")) {
      return "{\"reason\": \"x\"}";
    }
    if (operation.endsWith("/shipments") || operation.endsWith("/refunds")) {
      UUID id = UUID.fromString(path.split("/")[3]);
      String item = order(id).getJsonArray("items").getJsonObject(0).getString("id");
      return operation.endsWith("/shipments")
          ? shipmentOf(item)
          : "{\"reason\": \"x\", \"lines\": [{\"itemId\": \"%s\", \"quantity\": 1}]}"
              .formatted(item);
    }
    return null;
  }

  private static String shipmentOf(String item) {
    return "{\"carrier\": \"DHL\", \"trackingNumber\": \"1\", \"lines\": [{\"itemId\": \"%s\", \"quantity\": 1}]}"
        .formatted(item);
  }

  private static List<String> operations() throws IOException {
    var operations = new ArrayList<String>();
    String route = "";
    Path contract =
        Path.of(System.getProperty("order-system.root"), "docs", "api", "order-service.yaml");
    for (String line : Files.readAllLines(contract)) {
      Matcher path = ROUTE.matcher(line);
      Matcher method = METHOD.matcher(line);
      if (path.matches()) {
        route = path.group(1);
      } else if (method.matches()) {
        operations.add(method.group(1).toUpperCase(Locale.ROOT) + " " + route);
      }
    }
    return operations;
  }
}
