package io.ordersystem.payments.reconciliation;

import io.ordersystem.payments.payment.PaymentStatus;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What our payments and the ledger say of one payment. Amounts in minor units.
 *
 * @param taken what the provider must have taken, {@code givenBack} what it must have given back
 * @param onItsWay refunds that the provider may have counted already
 * @param booked what the ledger says of the provider's account
 * @param moving whether the provider is still to be asked about it, so that the sides may differ
 * @param leased whether it is being asked now
 * @param factAt when the last thing became known of it
 */
record Ours(
    UUID id,
    UUID orderId,
    @Nullable String reference,
    PaymentStatus status,
    String currency,
    long amount,
    long capturable,
    long taken,
    long givenBack,
    long onItsWay,
    long disputed,
    long booked,
    boolean closed,
    boolean moving,
    boolean leased,
    Instant factAt,
    Instant updatedAt) {

  static Ours of(Row row) {
    PaymentStatus status = PaymentStatus.valueOf(row.getString("status"));
    boolean closed = row.getBoolean("closed");
    long taken = row.getLong("taken_amount");
    return new Ours(
        row.getUUID("id"),
        row.getUUID("order_id"),
        row.getString("provider_reference"),
        status,
        row.getString("currency"),
        row.getLong("amount"),
        status.isAuthorized() && !closed ? row.getLong("authorized_amount") - taken : 0,
        taken,
        row.getLong("given_back_amount"),
        row.getLong("refunding_amount") + row.getLong("returning_amount"),
        row.getLong("disputed_amount"),
        row.getLong("booked"),
        closed,
        row.getString("task") != null,
        row.getBoolean("leased"),
        row.getOffsetDateTime("fact_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  String told() {
    return "%s, %d %s, held %d, taken %d, given back %d"
        .formatted(status, amount, currency, capturable, taken, givenBack);
  }
}
