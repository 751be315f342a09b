package io.ordersystem.payments.reconciliation;

import io.ordersystem.payments.payment.PaymentReads;
import io.ordersystem.payments.reconciliation.ReconciliationView.BreakView;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Reconciliation over HTTP, for operators. */
@Path("/api/payments/reconciliations")
@RolesAllowed(Role.OPERATOR)
class ReconciliationsResource {
  private final Reconciliations reconciliations;
  private final Callers callers;

  ReconciliationsResource(Reconciliations reconciliations, Callers callers) {
    this.reconciliations = reconciliations;
    this.callers = callers;
  }

  /** Begins a run; {@code Location} shows how far it is, and what it found. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponseSchema(value = ReconciliationView.class, responseCode = "202")
  public Uni<RestResponse<String>> reconcile(
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotNull @Valid ReconcileRequest request) {
    return reconciliations
        .ask(callers.current(), IdempotentRequests.key(idempotencyKey), request)
        .map(StoredAnswers::response);
  }

  @GET
  @Path("/{id}")
  public Uni<ReconciliationView> get(@RestPath String id) {
    return reconciliations.get(PaymentReads.id(id));
  }

  /** Records what was found out about a break; a later run finds it anew if it is still there. */
  @POST
  @Path("/{id}/breaks/{breakId}/resolution")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(responseCode = "404", description = "not-found: also when it is resolved already")
  public Uni<BreakView> resolve(
      @RestPath String id, @RestPath String breakId, @NotNull @Valid ResolveRequest request) {
    return reconciliations.resolve(
        callers.current(), PaymentReads.id(id), PaymentReads.id(breakId), request);
  }
}
