package io.ordersystem.notifications.webhook;

import io.ordersystem.notifications.message.EndpointContent;
import io.ordersystem.notifications.message.SellerNotices;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.notifications.webhook.DeliveryQueue.Failing;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;

/** Tells the owner of an endpoint that it was disabled: by mail, as no webhook would arrive. */
@Singleton
class Owners {
  private final SellerNotices notices;
  private final Ids ids;

  Owners(SellerNotices notices, Ids ids) {
    this.notices = notices;
    this.ids = ids;
  }

  /** In the transaction that disables it: once for each time. */
  Uni<Void> tell(Tx tx, Failing endpoint) {
    var content =
        new EndpointContent(
            URI.create(endpoint.url()).getHost(), endpoint.description(), endpoint.failingSince());
    String seller = endpoint.sellerId();
    return seller == null
        ? notices.queueForOperators(tx, ids.next(), Template.WEBHOOK_DISABLED, content)
        : notices.queue(tx, ids.next(), seller, Template.WEBHOOK_DISABLED, content);
  }
}
