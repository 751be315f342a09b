package io.ordersystem.payments.commands;

import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.contracts.payment.ReleasePayment;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.payments.payment.Fact;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.PaymentTable;
import io.ordersystem.payments.payment.PaymentTable.Lease;
import io.ordersystem.payments.payment.Share;
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
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Notes what order-service wants: only rows, in the consumer's transaction. The provider is called
 * later and elsewhere. A payment that is asked for twice is one payment, and what is asked for an
 * order that was given up is never charged.
 */
@ApplicationScoped
class TakeCommands {
  private final PaymentTable payments;
  private final TermsConfig terms;
  private final WorkSignal signal;
  private final Clock clock;

  TakeCommands(PaymentTable payments, TermsConfig terms, WorkSignal signal, Clock clock) {
    this.payments = payments;
    this.terms = terms;
    this.signal = signal;
    this.clock = clock;
  }

  Uni<Void> take(Tx tx, List<Received> commands) {
    List<Received> authorizations = of(commands, AuthorizePayment.class);
    return authorize(tx, authorizations)
        .invoke(() -> {
          if (authorizations.size() < commands.size()) {
            tx.afterCommit(signal::wake);
          }
        })
        .chain(() -> giveUp(tx, of(commands, VoidPayment.class)))
        .chain(() -> settle(tx, commands.stream().filter(TakeCommands::settles).toList()));
  }

  private static boolean settles(Received command) {
    return switch (command.data()) {
      case CapturePayment _, ReleasePayment _, RefundPayment _ -> true;
      default -> false;
    };
  }

  /** What is asked for of an authorised payment, by its root order. */
  private record Settle(UUID orderId, Payment.Wanted wanted, Cause cause) {
    static Settle of(Received command) {
      Payment.Wanted wanted;
      UUID order;
      switch (command.data()) {
        case CapturePayment c -> {
          order = c.orderId();
          wanted =
              new Payment.Wanted(
                  c.operationId(), c.childOrderId(), Fact.Kind.CAPTURE, c.amount(), null);
        }
        case ReleasePayment r -> {
          order = r.orderId();
          wanted =
              new Payment.Wanted(
                  r.operationId(), r.childOrderId(), Fact.Kind.RELEASE, r.amount(), r.reason());
        }
        case RefundPayment r -> {
          order = r.orderId();
          wanted =
              new Payment.Wanted(
                  r.operationId(), r.childOrderId(), Fact.Kind.REFUND, r.amount(), r.reason());
        }
        default -> throw new IllegalArgumentException("not a command of ours: " + command.type());
      }
      return new Settle(order, wanted, Cause.of(command));
    }
  }

  private Uni<Void> settle(Tx tx, List<Received> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var wanted = new HashMap<UUID, Settle>();
    commands.stream().map(Settle::of).forEach(settle -> wanted.put(settle.orderId(), settle));
    return payments
        .lockOfOrders(tx, wanted.keySet())
        .chain(found -> {
          if (found.size() != wanted.size()) {
            throw new IllegalArgumentException("an order without a payment has none to settle");
          }
          return oneByOne(
              found,
              payment -> {
                Settle settle = Objects.requireNonNull(wanted.get(payment.orderId()));
                return save(tx, payment.take(settle.wanted()), settle.cause());
              });
        });
  }

  private Uni<Void> save(Tx tx, Optional<Changed> changed, Cause cause) {
    return changed
        .map(c -> payments.save(tx, c, clock.instant(), cause, Lease.STAYS))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }

  private static <T> Uni<Void> oneByOne(List<T> items, Function<T, Uni<Void>> step) {
    return Multi.createFrom()
        .iterable(items)
        .onItem()
        .transformToUniAndConcatenate(step::apply)
        .collect()
        .last()
        .replaceWithVoid();
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
              tx, commands.stream().map(command -> payment(command, givenUp)).toList(), signal);
        });
  }

  private PaymentTable.New payment(Received command, Map<UUID, String> givenUp) {
    AuthorizePayment wanted = command.as(AuthorizePayment.class);
    long shared = wanted.shares().stream().mapToLong(AuthorizePayment.Share::amount).sum();
    if (shared != wanted.amount()) {
      throw new IllegalArgumentException(
          "the shares of order %s are %d, not %d"
              .formatted(wanted.orderId(), shared, wanted.amount()));
    }
    var agreed =
        new Payment.Terms(
            wanted.paymentId(),
            wanted.orderId(),
            wanted.customerId(),
            wanted.currency(),
            wanted.amount(),
            wanted.paymentMethod(),
            terms.capture(),
            terms.commission(),
            wanted.shares().stream()
                .map(share -> new Share(share.orderId(), share.sellerId(), share.amount()))
                .toList());
    return new PaymentTable.New(
        Payment.requested(agreed, givenUp.get(wanted.orderId())), Cause.of(command));
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
            oneByOne(
                found,
                payment -> {
                  Received command = Objects.requireNonNull(byOrder.get(payment.orderId()));
                  String reason = command.as(VoidPayment.class).reason();
                  return save(tx, payment.giveUp(reason), Cause.of(command));
                }));
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
}
