package io.ordersystem.platform.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.contracts.payment.VoidPayment;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventFormatTest {
  private final EventFormat format = new EventFormat();

  @Test
  void leavesOutWhatIsAbsent() {
    var stock = new StockState("v", "s", null, "Tea", 100, "EUR", 5, 2, 3, null, false);
    assertThat(format.write(EventType.STOCK_CHANGED, stock))
        .contains("\"available\":3")
        .doesNotContain("sku", "lowStockThreshold");
  }

  @Test
  void refusesToWriteWhatViolatesItsSchema() {
    var negative = new StockState("v", "s", null, "Tea", -1, "EUR", 5, 2, 3, null, false);
    assertThatThrownBy(() -> format.write(EventType.STOCK_CHANGED, negative))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unitPrice");
  }

  @Test
  void refusesDataOfAnotherType() {
    var data = new VoidPayment(UUID.randomUUID(), "EXPIRED");
    assertThatThrownBy(
            () -> OutgoingEvent.command(EventType.RELEASE_STOCK, "key", data, Cause.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
