package io.ordersystem.payments.stripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.ProviderHints;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.payments.payment.ProviderHints.Taken;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.web.ForeignBody;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's webhooks: believed by their signature over the raw bytes, stored before they are
 * acknowledged, and taken as a hint only. What is true is asked for.
 */
@Path("/api/payments/webhooks/stripe")
class StripeWebhookResource {
  static final ProblemType REPLAYED =
      new ProblemType(400, "webhook-replayed", "This very delivery was taken before");

  private static final Pattern SIGNED_AT = Pattern.compile("t\\s*=\\s*(\\d+)");

  private final StripeConfig config;
  private final ProviderHints hints;
  private final MeterRegistry metrics;
  private final Clock clock;

  StripeWebhookResource(
      StripeConfig config, ProviderHints hints, MeterRegistry metrics, Clock clock) {
    this.config = config;
    this.hints = hints;
    this.metrics = metrics;
    this.clock = clock;
  }

  @POST
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(
      responseCode = "400",
      description =
          "malformed-request: the signature does not fit the body, or is too old; webhook-replayed")
  public Uni<RestResponse<Void>> take(
      @RestHeader("Stripe-Signature") @Nullable String signature, @ForeignBody String payload) {
    Event event = verified(signature, payload);
    Hint hint = StripeEvents.hint(event);
    return hints
        .take(hint, delivery(String.valueOf(signature), payload))
        .map(taken -> {
          count(hint, taken);
          if (taken == Taken.REPLAYED) {
            throw new DomainException(REPLAYED, "the provider signs each delivery anew");
          }
          return RestResponse.ok();
        });
  }

  /** What is signed, and not how the header spells it: the time and the body. */
  private static String delivery(String signature, String payload) {
    try {
      Matcher time = SIGNED_AT.matcher(signature);
      String signed = (time.find() ? time.group(1) : "") + "." + payload;
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(signed.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void count(Hint hint, Taken taken) {
    metrics
        .counter("payments.webhooks", "taken", taken.name().toLowerCase(Locale.ROOT))
        .increment();
    if (taken == Taken.NEW) {
      Durations.ofAnswers("payments.webhook.lag")
          .description("From the provider's event to its arrival here")
          .register(metrics)
          .record(nonNegative(Duration.between(hint.createdAt(), clock.instant())));
    }
  }

  /** Their clock may be ahead of ours. */
  private static Duration nonNegative(Duration lag) {
    return lag.isNegative() ? Duration.ZERO : lag;
  }

  private Event verified(@Nullable String signature, String payload) {
    try {
      return Webhook.constructEvent(
          payload,
          signature == null ? "" : signature,
          config.webhookSecret(),
          config.webhookTolerance().toSeconds());
    } catch (SignatureVerificationException e) {
      metrics.counter("payments.webhooks", "taken", "refused").increment();
      throw new DomainException(ProblemType.MALFORMED, "the signature does not fit the body");
    }
  }
}
