package io.ordersystem.system;

import java.util.Map;

/**
 * One request with one card number in one place of it, otherwise as plausible as its contract lets
 * us make it.
 *
 * @param place what the number was written into, for people
 * @param role whose token it carries; empty for none
 * @param body empty for none
 * @param number its digits; no other request has them
 */
record CardProbe(
    String place,
    Target target,
    String method,
    String path,
    String role,
    Map<String, String> headers,
    String body,
    String number,
    Answered answered) {

  /** Who is asked. */
  enum Target {
    GATEWAY,
    ORDER,
    INVENTORY,
    PAYMENT,
    NOTIFICATION
  }

  /** What must come back. */
  sealed interface Answered {
    /** It is a free text: {@code card-number-not-allowed} with this pointer. */
    record Refused(String pointer) implements Answered {}

    /** Nobody looks: whatever is answered, the number is not repeated. */
    record NotRepeated() implements Answered {}

    /** It is an id, which may be a card number by chance: only problems may not repeat it. */
    record TakenForAnId() implements Answered {}
  }
}
