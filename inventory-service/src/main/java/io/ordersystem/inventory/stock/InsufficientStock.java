package io.ordersystem.inventory.stock;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import java.util.List;

/** There is not that much: of an offer, or of some lines of a request. */
public final class InsufficientStock extends DomainException {
  private static final long serialVersionUID = 1L;

  private static final ProblemType TYPE =
      new ProblemType(409, "insufficient-stock", "There is not that much stock");

  private final transient List<Short> lines;

  public InsufficientStock(String detail) {
    super(TYPE, detail);
    lines = List.of();
  }

  /** With the lines that came up short. */
  public InsufficientStock(List<Short> lines) {
    super(TYPE, "%d of the offers do not have that much".formatted(lines.size()));
    this.lines = List.copyOf(lines);
  }

  private InsufficientStock(InsufficientStock before, List<Invalid> errors) {
    super(TYPE, String.valueOf(before.getMessage()), errors);
    lines = before.lines;
  }

  /** What was asked for of an offer, and what could have been had. */
  public record Short(StockKey key, int requested, int available) {
    @Override
    public String toString() {
      return "requested %d of %s, available %d".formatted(requested, key.messageKey(), available);
    }
  }

  /**
   * The same refusal, with a pointer to each short line.
   *
   * @param asked the offers of the request's items, in their order
   */
  public InsufficientStock pointingAt(List<StockKey> asked) {
    return new InsufficientStock(
        this,
        lines.stream()
            .map(line -> new Invalid("/items/" + asked.indexOf(line.key()), line.toString()))
            .toList());
  }
}
