package io.ordersystem.platform.web;

import io.ordersystem.platform.cards.CardNumbers;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What callers may write as they like, which is every value whose name does not say that it is an
 * id. Nobody may write a card number there: it would be stored, shown and sent to others.
 */
public final class FreeText {
  /**
   * Ids whose name does not end like one, and positions in a list. A {@code reference} is none:
   * people write into it what they want.
   */
  private static final Set<String> IDS =
      Set.of("id", "key", "sku", "trackingNumber", "orderNumber", "cursor", "after");

  /** Of how many faults a caller is told: a body of 1 MiB could hold tens of thousands. */
  static final int REPORTED = 20;

  private FreeText() {}

  /** Whether the values of that name are ids, which may look like a card number by chance. */
  static boolean isId(String name) {
    return IDS.contains(name) || name.endsWith("Id") || name.endsWith("Key");
  }

  /**
   * Checks the parameters of a query, their names included.
   *
   * @throws DomainException {@code card-number-not-allowed}
   */
  public static void requireNoCard(Iterable<Map.Entry<String, String>> parameters) {
    var faults = new ArrayList<Invalid>();
    for (Map.Entry<String, String> parameter : parameters) {
      String name = parameter.getKey();
      if (CardNumbers.contains(name)) {
        faults.add(new Invalid(null, "the name of a parameter must not be a card number"));
      } else if (!isId(name) && CardNumbers.contains(parameter.getValue())) {
        faults.add(holdsCard("/" + name));
      }
    }
    if (!faults.isEmpty()) {
      throw refusal(faults);
    }
  }

  /** The fault of a value that holds a card number. Never with the number. */
  static Invalid holdsCard(String pointer) {
    return new Invalid(pointer, "must not hold a card number");
  }

  static DomainException refusal(List<Invalid> faults) {
    List<Invalid> reported = faults.subList(0, Math.min(faults.size(), REPORTED));
    return new DomainException(
        ProblemType.CARD_NUMBER,
        reported.stream()
            .map(fault ->
                fault.pointer() == null ? fault.message() : fault.pointer() + " " + fault.message())
            .collect(Collectors.joining("; ")),
        reported);
  }
}
