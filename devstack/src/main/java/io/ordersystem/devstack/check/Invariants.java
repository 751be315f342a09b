package io.ordersystem.devstack.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** All invariants that can be checked so far, in their order. */
final class Invariants {
  // Named here because a class path cannot be listed; a test compares this with the folder.
  static final List<String> FILES =
      List.of(
          "I01-on-hand-is-the-sum-of-movements.sql",
          "I02-reserved-is-what-reservations-hold.sql",
          "I03-order-totals-add-up.sql",
          "I04-confirmed-items-hold-stock.sql",
          "I05-cancelled-orders-hold-no-stock.sql",
          "I06-shares-make-up-the-payment.sql",
          "I07-orders-hold-their-money-and-no-other.sql",
          "I08-the-ledger-balances.sql",
          "I09-versions-are-contiguous.sql",
          "I10-nothing-is-overdue.sql",
          "I11-refunds-are-the-money-refunded.sql",
          "I12-one-message-per-event-and-recipient.sql",
          "I13-the-provider-says-the-same.sql");

  private Invariants() {}

  static List<Invariant> load() {
    return FILES.stream().map(file -> Invariant.parse(file, read(file))).toList();
  }

  private static String read(String file) {
    try (var content = Invariants.class.getResourceAsStream("/invariants/" + file)) {
      if (content == null) {
        throw new IllegalStateException("the build lost invariants/" + file);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
