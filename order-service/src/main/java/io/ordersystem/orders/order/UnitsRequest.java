package io.ordersystem.orders.order;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;

/** Some units of one line, as a caller names them. */
public record UnitsRequest(
    @NotNull UUID itemId, @NotNull @Min(1) @Max(UnitsRequest.MOST) Integer quantity) {
  /** As many units as a line can have: a hundred merged lines of ten thousand. */
  static final int MOST = 1_000_000;

  /** The lines of a request, in its order. */
  public static List<Units> units(List<UnitsRequest> lines) {
    return lines.stream().map(line -> new Units(line.itemId(), line.quantity())).toList();
  }
}
