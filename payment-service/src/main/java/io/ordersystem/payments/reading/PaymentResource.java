package io.ordersystem.payments.reading;

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
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Payments over HTTP. */
@Path("/api/payments")
class PaymentResource {
  private final Payments payments;
  private final Callers callers;

  PaymentResource(Payments payments, Callers callers) {
    this.payments = payments;
    this.callers = callers;
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<PaymentView>> one(
      @RestPath String id, @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    return payments
        .get(callers.current(), uuid(id), null)
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
        .get(callers.current(), null, uuid(orderId))
        .map(payment -> new Page<>(List.of(payment), null));
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new DomainException(ProblemType.NOT_FOUND, "no such payment");
    }
  }
}
