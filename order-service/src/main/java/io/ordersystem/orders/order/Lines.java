package io.ordersystem.orders.order;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What requests say about lines of an order, and how they are refused. */
public final class Lines {
  private Lines() {}

  /** Equal lines become one. */
  public static List<Units> merged(List<Units> lines) {
    var merged = new LinkedHashMap<UUID, Integer>();
    lines.forEach(units -> merged.merge(units.itemId(), units.quantity(), Math::addExact));
    return merged.entrySet().stream()
        .map(entry -> new Units(entry.getKey(), entry.getValue()))
        .toList();
  }

  static Optional<Item> find(Order order, UUID itemId) {
    return order.items().stream().filter(item -> item.id().equals(itemId)).findFirst();
  }

  /** The line, or a refusal that points at it. */
  public static Item get(Order order, List<Units> asked, Units units) {
    return find(order, units.itemId()).orElseThrow(() -> unknown(asked, units));
  }

  static DomainException unknown(List<Units> asked, Units units) {
    return invalid(asked, units, "itemId", "is no line of this order");
  }

  /**
   * Refuses more units than there are.
   *
   * @param what what can be done with so many
   */
  public static void requireAtMost(List<Units> asked, Units units, int most, String what) {
    if (units.quantity() > most) {
      throw invalid(
          asked, units, "quantity", "is %d, %d %s".formatted(units.quantity(), most, what));
    }
  }

  private static DomainException invalid(
      List<Units> asked, Units units, String field, String message) {
    String pointer = pointer(asked, units, field);
    return new DomainException(
        ProblemType.VALIDATION_FAILED,
        pointer + " " + message,
        List.of(new Invalid(pointer, message)));
  }

  /** Where a request names the line, as a JSON Pointer. */
  public static String pointer(List<Units> asked, Units units, String field) {
    int index = 0;
    while (index < asked.size() && !asked.get(index).itemId().equals(units.itemId())) {
      index++;
    }
    return "/lines/" + index + "/" + field;
  }
}
