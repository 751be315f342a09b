package io.ordersystem.payments.ledger;

import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The ledger over HTTP: operators see all accounts, sellers their own. */
@Path("/api/payments/ledger")
class LedgerResource {
  private final Accounts accounts;
  private final PayOut payOut;
  private final Callers callers;

  LedgerResource(Accounts accounts, PayOut payOut, Callers callers) {
    this.accounts = accounts;
    this.payOut = payOut;
    this.callers = callers;
  }

  @GET
  @Path("/accounts")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  public Uni<Page<AccountView>> accounts(
      @RestQuery @Nullable String account,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return accounts.list(callers.current(), account, limit, cursor);
  }

  /** Newest first. */
  @GET
  @Path("/accounts/{account}/entries")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  public Uni<Page<EntryView>> entries(
      @RestPath String account,
      @RestQuery @Nullable String currency,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return accounts.entries(callers.current(), account, currency, limit, cursor);
  }

  /** Books what was transferred to a seller. */
  @POST
  @Path("/payouts")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.OPERATOR)
  @APIResponseSchema(value = PaidOut.class, responseCode = "201")
  @APIResponse(responseCode = "409", description = "amount-exceeds-balance, reference-taken")
  public Uni<RestResponse<String>> payOut(
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotNull @Valid PayOutRequest request) {
    return payOut
        .payOut(callers.current(), IdempotentRequests.key(idempotencyKey), request)
        .map(StoredAnswers::response);
  }
}
