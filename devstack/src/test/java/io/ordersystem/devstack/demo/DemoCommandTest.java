package io.ordersystem.devstack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ordersystem.devstack.check.Finding;
import io.ordersystem.devstack.client.ToyOrderSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {
  private static final Finding HOLDS = new Finding("I1", "stock adds up", 0, List.of(), 1);
  private static final Finding VIOLATED =
      new Finding("I1", "stock adds up", 1, List.of(new Finding.Violation("v|s", "off")), 1);

  private ToyOrderSystem system;
  private final StringWriter text = new StringWriter();
  private int started;

  @BeforeEach
  void open() throws IOException {
    system = new ToyOrderSystem();
  }

  @AfterEach
  void close() {
    system.close();
  }

  @Test
  void bringsEveryOrderToItsExpectedState() {
    assertThat(demo(HOLDS)).as(text.toString()).isZero();
    assertThat(started).isEqualTo(1);
    assertThat(system.numberOfOrders()).isEqualTo(12);
    assertThat(text.toString())
        .containsPattern("chiara +4 +4 +72\\.00 EUR +CONFIRMED +CONFIRMED AUTHORIZED +yes")
        .containsPattern("SOLD_OUT +CANCELLED OUT_OF_STOCK +yes")
        .containsPattern("DECLINED +CANCELLED PAYMENT_DECLINED +yes")
        .containsPattern("NEEDS_CUSTOMER +PENDING REQUIRES_ACTION +yes")
        .contains("every order is in its expected state")
        .contains("curl -s " + system.address() + "/api/orders");
  }

  @Test
  void canBeRepeatedOnTheSameSystem() {
    system.hintingSoldOut();
    for (int time = 0; time < 30; time++) {
      assertThat(demo(HOLDS)).as(text.toString()).isZero();
    }
    assertThat(text.toString()).containsPattern("SOLD_OUT +409 insufficient-stock +yes");
  }

  @Test
  void failsWhenAnOrderIsInAnotherState() {
    plantIn("CONFIRMED", order -> order.put("status", "PROCESSING"));

    assertThat(demo(HOLDS)).isEqualTo(1);
    assertThat(text.toString())
        .containsPattern("CONFIRMED +PROCESSING AUTHORIZED +NO")
        .contains("NOT every order is in its expected state");
  }

  @Test
  void failsWhenATotalIsOff() {
    plantIn("CONFIRMED", order -> order.put("totalAmount", order.get("totalAmount").asLong() + 1));

    assertThat(demo(HOLDS)).isEqualTo(1);
  }

  @Test
  void failsWhenAnInvariantIsViolated() {
    assertThat(demo(VIOLATED)).isEqualTo(1);
    assertThat(text.toString()).contains("I1   VIOLATED").contains("v|s  off");
  }

  private void plantIn(String status, Consumer<ObjectNode> fault) {
    system.plantInOrders(order -> {
      if (order.get("status").asText().equals(status)) {
        fault.accept(order);
      }
    });
  }

  private int demo(Finding finding) {
    var writer = new PrintWriter(text, true);
    var demo =
        new DemoCommand(
            () -> started++,
            system.address(),
            (role, subject, seller) -> role,
            (DemoCommand.Audit) () -> List.of(finding));
    return new CommandLine(demo).setOut(writer).setErr(writer).execute();
  }
}
