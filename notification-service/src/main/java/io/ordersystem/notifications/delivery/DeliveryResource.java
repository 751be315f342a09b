package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.MessageReads;
import io.ordersystem.notifications.message.MessageView;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** What a message says, and sending it again, over HTTP. */
@Path("/api/notifications/{id}")
class DeliveryResource {
  private final Resending resending;
  private final Callers callers;

  DeliveryResource(Resending resending, Callers callers) {
    this.resending = resending;
    this.callers = callers;
  }

  /** The mail as it would be sent now: with today's templates, in the language of its recipient. */
  @GET
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @Path("/preview")
  public Uni<MessagePreview> preview(@RestPath String id) {
    return resending.preview(callers.current(), MessageReads.id(id));
  }

  /**
   * Sends it once more, to the newest address of its recipient. Also while attempts fail, such as
   * at a mistyped address that was corrected since. One that was suppressed is sent if its
   * recipient wants it by now.
   */
  @POST
  @RolesAllowed({Role.OPERATOR, Role.SERVICE})
  @Path("/resend")
  @APIResponseSchema(value = MessageView.class, responseCode = "202")
  @APIResponse(
      responseCode = "409",
      description =
          "illegal-transition: it waits to be sent or is being sent, or was sent again 20 times")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<String>> resend(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    return resending
        .again(
            new Resending.Wish(
                callers.current(),
                MessageReads.id(id),
                headers.key(),
                headers.ifMatch(),
                headers.cause(http)))
        .map(StoredAnswers::response);
  }
}
