package io.ordersystem.payments.settling;

import io.ordersystem.payments.payment.PaymentReads;
import io.ordersystem.payments.payment.PaymentView;
import io.ordersystem.payments.settling.SettlePayment.Wish;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Payments in the hands of operators, and of customers as far as they confirm them. Each answer
 * shows the payment with what was noted; the provider is asked afterwards, and {@code GET} shows
 * what came of it.
 */
@Path("/api/payments/{id}")
class SettlePaymentResource {
  private final SettlePayment settle;
  private final Callers callers;

  SettlePaymentResource(SettlePayment settle, Callers callers) {
    this.settle = settle;
    this.callers = callers;
  }

  /**
   * After the customer has done what {@code nextAction} asked for: the provider is asked what came
   * of it. {@code GET} of the order with {@code Prefer: wait} answers when it is known.
   */
  @POST
  @RolesAllowed({Role.CUSTOMER, Role.SERVICE, Role.OPERATOR})
  @Path("/confirmation")
  @APIResponseSchema(value = PaymentView.class, responseCode = "202")
  @APIResponse(responseCode = "409", description = "illegal-transition: declined or voided")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<String>> confirm(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    return settle.confirm(wish(id, "confirmation", "", headers, http)).map(StoredAnswers::response);
  }

  /**
   * Takes money ahead of the parcels, such as before a hold runs out. Parcels use it before they
   * ask for more, and what none will use is given back.
   */
  @POST
  @RolesAllowed(Role.OPERATOR)
  @Path("/capture")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponseSchema(value = PaymentView.class, responseCode = "202")
  @APIResponse(
      responseCode = "409",
      description = "payment-not-authorised, amount-exceeds-authorized")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<String>> capture(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid CaptureRequest request,
      @Context ContainerRequestContext http) {
    return settle
        .capture(wish(id, "capture", request, headers, http), request)
        .map(StoredAnswers::response);
  }

  /** Lets go of all that is held. The order stays as it is, and can no longer be shipped. */
  @POST
  @RolesAllowed(Role.OPERATOR)
  @Path("/cancellation")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponseSchema(value = PaymentView.class, responseCode = "202")
  @APIResponse(responseCode = "409", description = "illegal-transition: something was captured")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<String>> cancel(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid CancellationRequest request,
      @Context ContainerRequestContext http) {
    return settle
        .cancel(wish(id, "cancellation", request, headers, http), request)
        .map(StoredAnswers::response);
  }

  /** Gives money back that no line asked for; it counts as a refund of the order. */
  @POST
  @RolesAllowed(Role.OPERATOR)
  @Path("/refunds")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponseSchema(value = PaymentView.class, responseCode = "201")
  @APIResponse(
      responseCode = "409",
      description = "amount-exceeds-captured: refunds on their way count as given back")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  @APIResponse(
      responseCode = "422",
      description = "validation-failed: also when a split order's child is not named")
  public Uni<RestResponse<String>> refund(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid RefundRequest request,
      @Context ContainerRequestContext http) {
    return settle
        .refund(wish(id, "refunds", request, headers, http), request)
        .map(StoredAnswers::response);
  }

  private Wish wish(
      String id, String step, Object request, ChangeHeaders headers, ContainerRequestContext http) {
    return new Wish(
        callers.current(),
        headers.key(),
        PaymentReads.id(id),
        step,
        request,
        headers.ifMatch(),
        headers.cause(http));
  }
}
