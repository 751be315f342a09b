package io.ordersystem.orders.lists;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ListsTest {
  private final String seller = "s-" + UUID.randomUUID();
  private final String customer = "c-" + UUID.randomUUID();

  @Test
  void aSellerSeesItsLinesOnlyNewestFirstPageByPage() {
    String mine = newVariant();
    String others = newVariant();
    offer(mine, seller, 100, 100);
    offer(others, "somebody", 100, 100);
    var placed = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      placed.addFirst(place(i == 1 ? List.of(mine, others) : List.of(mine)));
    }
    place(List.of(others));
    String path = "/api/sellers/" + seller + "/orders";
    await()
        .atMost(SOON)
        .until(() -> as(TestTokens.seller(seller)).get(path).<List<?>>path("items").size() == 3);
    var seen = new ArrayList<Map<String, Object>>();
    String cursor = null;
    do {
      var page =
          as(TestTokens.seller(seller))
              .get(
                  path
                      + "?limit=2&itemStatus=PENDING"
                      + (cursor == null ? "" : "&cursor=" + cursor));
      page.then().statusCode(200);
      seen.addAll(page.path("items"));
      cursor = page.path("nextCursor");
    } while (cursor != null);
    assertThat(seen.stream().map(order -> order.getOrDefault("parentOrderId", order.get("id"))))
        .hasSize(3);
    assertThat(seen)
        .allSatisfy(order ->
            assertThat((List<Map<String, Object>>) order.get("items"))
                .singleElement()
                .satisfies(item -> assertThat(item).containsEntry("variantId", mine)));
    as(TestTokens.seller(seller))
        .get(path + "?itemStatus=SHIPPED")
        .then()
        .statusCode(200)
        .body("items.size()", org.hamcrest.Matchers.equalTo(0));
    as(TestTokens.seller(seller)).get(path + "?itemStatus=LOST").then().statusCode(422);
  }

  @Test
  void theDashboardShowsRootOrdersInProgressWithTheirCustomersName() {
    String one = newVariant();
    String two = newVariant();
    offer(one, "s1", 100, 100);
    offer(two, "s2", 100, 100);
    String split = place(List.of(one, two));
    String single = place(List.of(one));
    String cancelled = place(List.of(one));
    as(TestTokens.customer(customer))
        .body("{\"reason\": \"x\"}")
        .post("/api/orders/" + cancelled + "/cancellation")
        .then()
        .statusCode(200);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          List<Map<String, Object>> active =
              as(TestTokens.operator()).get("/api/orders/active?limit=100").path("items");
          var mine =
              active.stream().filter(order -> customer.equals(order.get("customerId"))).toList();
          assertThat(mine).extracting(order -> order.get("id")).containsExactly(single, split);
          assertThat(mine)
              .allSatisfy(order -> assertThat(order).containsEntry("customerName", "Ada"));
          assertThat(mine.get(1)).containsEntry("itemCount", 2).containsEntry("isSplit", true);
        });
    String cursor = as(TestTokens.operator()).get("/api/orders/active?limit=1").path("nextCursor");
    as(TestTokens.operator())
        .get("/api/orders/active?limit=1&cursor=" + cursor)
        .then()
        .statusCode(200);
    as(TestTokens.operator()).get("/api/orders?cursor=" + cursor).then().statusCode(422);
  }

  private String place(List<String> variants) {
    var items =
        variants.stream()
            .map(variant -> "{\"variantId\": \"%s\", \"quantity\": 1}".formatted(variant))
            .toList();
    return as(TestTokens.customer(customer))
        .body(
            "{\"customerId\": \"%s\", \"contact\": {\"name\": \"Ada\"}, \"items\": [%s]}"
                .formatted(customer, String.join(",", items)))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }
}
