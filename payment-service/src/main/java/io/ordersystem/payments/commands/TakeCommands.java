package io.ordersystem.payments.commands;

import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.payments.payment.Outcome;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.PaymentTable;
import io.ordersystem.payments.payment.WorkSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Notes what order-service wants: only rows, in the consumer's transaction. The provider is called
 * later and elsewhere. A payment that is asked for twice is one payment, and what is asked for an
 * order that was given up is never charged.
 */
@ApplicationScoped
class TakeCommands {
  private final PaymentTable payments;
  private final WorkSignal signal;
  private final Clock clock;

  TakeCommands(PaymentTable payments, WorkSignal signal, Clock clock) {
    this.payments = payments;
    this.signal = signal;
    this.clock = clock;
  }

  Uni<Void> take(Tx tx, List<Received> commands) {
    tx.afterCommit(signal::wake);
    return authorize(tx, of(commands, AuthorizePayment.class))
        .chain(() -> giveUp(tx, of(commands, VoidPayment.class)));
  }

  private static List<Received> of(List<Received> commands, Class<? extends Record> kind) {
    return commands.stream().filter(command -> kind.isInstance(command.data())).toList();
  }

  private Uni<Void> authorize(Tx tx, List<Received> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID[] orders =
        commands.stream()
            .map(command -> command.as(AuthorizePayment.class).orderId())
            .toArray(UUID[]::new);
    return tx.query(
            "SELECT order_id, reason FROM voided_orders WHERE order_id = ANY ($1)", (Object) orders)
        .chain(rows -> {
          Map<UUID, String> givenUp = new HashMap<>();
          rows.forEach(row -> givenUp.put(row.getUUID("order_id"), row.getString("reason")));
          return payments.insert(
              tx, commands.stream().map(command -> payment(command, givenUp)).toList());
        });
  }

  private static PaymentTable.New payment(Received command, Map<UUID, String> givenUp) {
    AuthorizePayment wanted = command.as(AuthorizePayment.class);
    long shared = wanted.shares().stream().mapToLong(AuthorizePayment.Share::amount).sum();
    if (shared != wanted.amount()) {
      throw new IllegalArgumentException(
          "the shares of order %s are %d, not %d"
              .formatted(wanted.orderId(), shared, wanted.amount()));
    }
    Changed requested =
        Payment.requested(
            wanted.paymentId(),
            wanted.orderId(),
            wanted.customerId(),
            wanted.currency(),
            wanted.amount(),
            wanted.paymentMethod());
    String reason = givenUp.get(wanted.orderId());
    return new PaymentTable.New(
        reason == null ? requested : requested.payment().stillborn(reason),
        wanted.shares().stream()
            .map(share -> new PaymentTable.Share(share.orderId(), share.sellerId(), share.amount()))
            .toList(),
        Cause.of(command));
  }

  private Uni<Void> giveUp(Tx tx, List<Received> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var byOrder = new HashMap<UUID, Received>();
    commands.forEach(command -> byOrder.put(command.as(VoidPayment.class).orderId(), command));
    return remember(tx, byOrder)
        .chain(() -> payments.lockOfOrders(tx, byOrder.keySet()))
        .chain(found ->
            Multi.createFrom()
                .iterable(found)
                .onItem()
                .transformToUniAndConcatenate(payment ->
                    giveUp(tx, payment, Objects.requireNonNull(byOrder.get(payment.orderId()))))
                .collect()
                .last()
                .replaceWithVoid());
  }

  private Uni<Void> remember(Tx tx, Map<UUID, Received> commands) {
    return tx.query(
            """
            INSERT INTO voided_orders (order_id, reason, created_at)
            SELECT order_id, reason, $3 FROM unnest($1::uuid[], $2::text[]) AS v(order_id, reason)
            ON CONFLICT DO NOTHING
            """,
            commands.keySet().toArray(UUID[]::new),
            commands.values().stream()
                .map(command -> command.as(VoidPayment.class).reason())
                .toArray(String[]::new),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .replaceWithVoid();
  }

  private Uni<Void> giveUp(Tx tx, Payment payment, Received command) {
    String reason = command.as(VoidPayment.class).reason();
    return payment
        .giveUp(reason)
        .map(noted ->
            payment.isUntouched()
                ? noted
                    .apply(new Outcome.Voided(null))
                    .map(voided -> payments.save(tx, voided, clock.instant(), Cause.of(command)))
                    .orElseGet(() -> Uni.createFrom().voidItem())
                : payments.note(tx, noted, clock.instant()))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }
}
