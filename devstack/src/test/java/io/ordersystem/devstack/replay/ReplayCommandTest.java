package io.ordersystem.devstack.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ordersystem.devstack.client.ToyOrderSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {
  @TempDir Path directory;
  private ToyOrderSystem system;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void open() throws IOException {
    system = new ToyOrderSystem();
  }

  @AfterEach
  void close() {
    system.close();
  }

  @Test
  void findsNoDifferenceInASystemThatWorks() {
    assertThat(replay("--sequential")).as(err + "\n" + out).isZero();
    assertThat(out.toString())
        .containsPattern("orders +5\\R")
        .containsPattern("confirmed +3\\R")
        .containsPattern("cancelled +2 +OUT_OF_STOCK\\R")
        .containsPattern("differences +0 ");
    assertThat(err.toString()).contains("5 of 5 orders, 3 confirmed");
  }

  @Test
  void takesASoldOutRefusalForOutOfStock() {
    system.hintingSoldOut();

    assertThat(replay("--sequential")).isZero();
    assertThat(system.numberOfOrders()).isEqualTo(3);
    assertThat(out.toString()).containsPattern("cancelled +2 +OUT_OF_STOCK\\R");
  }

  @Test
  void confirmsAllAgainAndAgainWithRestock() {
    assertThat(replay("--sequential")).isZero();
    assertThat(replay("--restock", "--concurrency", "4")).as(out.toString()).isZero();
    assertThat(replay("--restock")).as(out.toString()).isZero();
    assertThat(system.numberOfOrders()).isEqualTo(15);
  }

  @Test
  void comparesWhatHoldsInAnyOrderWhenOrdersRaceForStock() {
    assertThat(replay("--concurrency", "5")).as(out.toString()).isZero();
  }

  @Test
  void refusesAStockThatIsNotThatOfTheFiles() {
    assertThat(replay("--sequential")).isZero();
    assertThat(replay("--sequential")).isEqualTo(2);
    assertThat(err.toString())
        .contains("the system is not empty: 3 offers have other stock than products.csv")
        .contains("Comparing needs an empty system; or use --restock");
    assertThat(system.numberOfOrders()).isEqualTo(5);
  }

  @Test
  void writesTheResultAsJson() throws IOException {
    var file = directory.resolve("result.json");
    assertThat(replay("--sequential", "--json", file.toString())).isZero();

    var json = new ObjectMapper().readTree(Files.readString(file));
    assertThat(json.propertyStream().map(Map.Entry::getKey))
        .containsExactly(
            "orders",
            "confirmed",
            "cancelled",
            "seconds",
            "ordersPerSecond",
            "p50Ms",
            "p99Ms",
            "finalP50Ms",
            "finalP99Ms",
            "differences");
    assertThat(json.get("orders").intValue()).isEqualTo(5);
    assertThat(json.get("cancelled").toString()).isEqualTo("{\"OUT_OF_STOCK\":2}");
    assertThat(json.get("p99Ms").doubleValue()).isPositive();
    assertThat(json.get("differences").isArray()).isTrue();
  }

  @Test
  void writesTheMailsThatMustComeOfIt() throws IOException {
    var file = directory.resolve("mails.json");
    assertThat(replay("--sequential", "--mails", file.toString())).isZero();

    assertThat(ExpectedMail.read(file))
        .extracting(ExpectedMail::recipient, ExpectedMail::subject)
        .containsExactly(
            tuple("noord@example.org", "Your order T-order-1 is confirmed"),
            tuple("berga@example.org", "Your order T-order-2 was cancelled"),
            tuple("noord@example.org", "Your order T-order-3 is confirmed"),
            tuple("berga@example.org", "Your order T-order-4 was cancelled"),
            tuple("berga@example.org", "Your order T-order-5 is confirmed"));
  }

  @Test
  void reportsAnAmountThatIsACentOff() {
    plantInOrder(
        "order-1", order -> order.put("totalAmount", order.get("totalAmount").asLong() + 1));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString())
        .contains("order 101: totalAmount is 5954, expected 5953")
        .contains("order 101: sum of the children is 5953, expected 5954");
  }

  @Test
  void reportsALineThatIsACentOff() {
    plantInOrder(
        "order-2", order -> ((ObjectNode) order.get("items").get(0)).put("discountAmount", 1));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString())
        .contains("order 102: line product-1 discountAmount is 1, expected 0");
  }

  @Test
  void reportsAMissingChild() {
    plantInOrder("order-1", order -> ((ArrayNode) order.get("children")).remove(0));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString())
        .contains("order 101: number of children is 1, expected 2")
        .contains("order 101: number of lines is 1, expected 2");
  }

  @Test
  void reportsAnOrderThatEndedOtherwise() {
    plantInOrder("order-2", order -> order.put("status", "CONFIRMED"));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString()).contains("order 102: is CONFIRMED, expected OUT_OF_STOCK");
  }

  @Test
  void reportsAnOrderThatWasCancelledForAnotherReason() {
    plantInOrder("order-2", order -> order.put("cancelReason", "PAYMENT_DECLINED"));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString())
        .contains("order 102: is CANCELLED PAYMENT_DECLINED, expected OUT_OF_STOCK");
  }

  @Test
  void reportsAnOrderThatNeedsItsCustomer() {
    plantInOrder(
        "order-5", order -> order.put("status", "PENDING").put("paymentStatus", "REQUIRES_ACTION"));

    assertThat(replay("--sequential")).isEqualTo(1);
    assertThat(out.toString()).contains("order 105: is PENDING, payment REQUIRES_ACTION");
  }

  @Test
  void sendsNothingWhenAFileIsWrong() throws IOException {
    Toy.copyTo(directory);
    Files.writeString(directory.resolve("order-details.csv"), "orderID\n");

    assertThat(run("replay", directory.toString(), "--url", system.address().toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("order-details.csv, line 1: has no column productID");
    assertThat(system.numberOfOrders()).isZero();
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThat(replay("--concurrency", "0")).isEqualTo(2);
    assertThat(replay("--sequential", "--concurrency", "2")).isEqualTo(2);
    assertThat(replay("--json", "/no/such/folder/result.json")).isEqualTo(2);
    assertThat(system.numberOfOrders()).isZero();
  }

  private void plantInOrder(String id, Consumer<ObjectNode> fault) {
    system.plantInOrders(order -> {
      if (order.get("id").asText().equals(id)) {
        fault.accept(order);
      }
    });
  }

  private int replay(String... options) {
    var arguments = new ArrayList<>(List.of("replay", Toy.directory()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    var replay = new ReplayCommand(system.address(), (role, subject, seller) -> role);
    return new CommandLine(new Root())
        .addSubcommand(replay)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @CommandLine.Command(name = "order-system")
  private static final class Root {}
}
