package io.ordersystem.payments.reading;

import io.ordersystem.payments.payment.PaymentReads;
import io.ordersystem.payments.payment.PaymentView;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Payments over HTTP. */
@Path("/api/payments")
class PaymentResource {
  private final PaymentReads payments;
  private final Callers callers;

  PaymentResource(PaymentReads payments, Callers callers) {
    this.payments = payments;
    this.callers = callers;
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<PaymentView>> one(
      @RestPath String id, @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    return payments
        .get(callers.current(), PaymentReads.id(id), null)
        .map(payment -> EntityTags.ok(payment, payment.version(), ifNoneMatch));
  }

  @GET
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Page<PaymentView>> ofOrder(@RestQuery @Nullable String orderId) {
    if (orderId == null) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "orderId is needed",
          List.of(new DomainException.Invalid(null, "orderId is needed")));
    }
    return payments
        .get(callers.current(), null, PaymentReads.id(orderId))
        .map(payment -> new Page<>(List.of(payment), null));
  }
}
