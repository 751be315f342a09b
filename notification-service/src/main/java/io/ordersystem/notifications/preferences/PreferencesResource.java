package io.ordersystem.notifications.preferences;

import io.ordersystem.notifications.message.Audience;
import io.ordersystem.notifications.preferences.SetPreferences.Party;
import io.ordersystem.notifications.preferences.SetPreferences.Wish;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Preferences over HTTP: each party's own, to operators all. */
@Path("/api/notifications/preferences")
class PreferencesResource {
  /** Ids of customers and sellers, as everywhere. */
  private static final String ID = "[A-Za-z0-9._:-]{1,64}";

  private final SetPreferences preferences;
  private final Callers callers;

  PreferencesResource(SetPreferences preferences, Callers callers) {
    this.preferences = preferences;
    this.callers = callers;
  }

  @GET
  @Path("/{customerId}")
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<PreferencesView>> get(
      @RestPath @Pattern(regexp = ID) String customerId,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    return preferences
        .get(customer(customerId))
        .map(view -> EntityTags.ok(view, view.version(), ifNoneMatch));
  }

  /** Names a customer's preferences, all of them. */
  @PUT
  @Path("/{customerId}")
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = PreferencesView.class, responseCode = "200")
  @APIResponse(responseCode = "201", description = "They are the first")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<PreferencesView>> put(
      @RestPath @Pattern(regexp = ID) String customerId,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @NotNull @Valid PreferencesRequest request) {
    return preferences
        .set(customer(customerId), new Wish(null, request.locale(), request.channels()), ifMatch)
        .map(put -> answer(put, customerId));
  }

  @GET
  @Path("/sellers/{sellerId}")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  public Uni<RestResponse<PreferencesView>> ofSeller(
      @RestPath @Pattern(regexp = ID) String sellerId,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    return preferences
        .get(seller(sellerId))
        .map(view -> EntityTags.ok(view, view.version(), ifNoneMatch));
  }

  /** Names a seller's address and preferences, all of them. */
  @PUT
  @Path("/sellers/{sellerId}")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  @APIResponseSchema(value = PreferencesView.class, responseCode = "200")
  @APIResponse(responseCode = "201", description = "They are the first")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<PreferencesView>> putOfSeller(
      @RestPath @Pattern(regexp = ID) String sellerId,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @NotNull @Valid SellerPreferencesRequest request) {
    return preferences
        .set(
            seller(sellerId),
            new Wish(request.email(), request.locale(), request.channels()),
            ifMatch)
        .map(put -> answer(put, "sellers/" + sellerId));
  }

  private Party customer(String customerId) {
    Caller caller = callers.current();
    require(caller.isTrusted() || customerId.equals(caller.customerId()));
    return new Party(Audience.CUSTOMER, customerId);
  }

  private Party seller(String sellerId) {
    Caller caller = callers.current();
    require(caller.is(Role.OPERATOR) || sellerId.equals(caller.sellerId()));
    return new Party(Audience.SELLER, sellerId);
  }

  /** Not 404 as for others' resources: whose preferences they are is in the path already. */
  private static void require(boolean allowed) {
    if (!allowed) {
      throw new DomainException(ProblemType.FORBIDDEN, "these are somebody else's preferences");
    }
  }

  private static RestResponse<PreferencesView> answer(SetPreferences.Put put, String path) {
    PreferencesView view = put.preferences();
    var answer =
        ResponseBuilder.create(
                put.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, view)
            .header("ETag", EntityTags.of(view.version()));
    if (put.created()) {
      // As text: a URI would be made absolute with our own address, which callers cannot reach.
      answer.header("Location", "/api/notifications/preferences/" + path);
    }
    return answer.build();
  }
}
