package io.ordersystem.payments.stripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import io.ordersystem.payments.payment.ProviderHints;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.web.ForeignBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's webhooks: believed by their signature over the raw bytes, stored before they are
 * acknowledged, and taken as a hint only. What is true is asked for.
 */
@Path("/api/payments/webhooks/stripe")
class StripeWebhookResource {
  private final StripeConfig config;
  private final ProviderHints hints;

  StripeWebhookResource(StripeConfig config, ProviderHints hints) {
    this.config = config;
    this.hints = hints;
  }

  @POST
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  public Uni<RestResponse<Void>> take(
      @RestHeader("Stripe-Signature") @Nullable String signature, @ForeignBody String payload) {
    Event event = verified(signature, payload);
    String reference = intent(event);
    return hints.take(event.getId(), event.getType(), reference).map(taken -> RestResponse.ok());
  }

  /** Read off the raw object: the SDK reads it only when both sides speak the same API version. */
  private static @Nullable String intent(Event event) {
    var object = new JsonObject(event.getDataObjectDeserializer().getRawJson());
    return "payment_intent".equals(object.getString("object")) ? object.getString("id") : null;
  }

  private Event verified(@Nullable String signature, String payload) {
    try {
      return Webhook.constructEvent(
          payload,
          signature == null ? "" : signature,
          config.webhookSecret(),
          config.webhookTolerance().toSeconds());
    } catch (SignatureVerificationException e) {
      throw new DomainException(ProblemType.MALFORMED, "the signature does not fit the body");
    }
  }
}
