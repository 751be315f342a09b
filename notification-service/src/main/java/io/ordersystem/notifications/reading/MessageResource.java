package io.ordersystem.notifications.reading;

import io.ordersystem.notifications.message.MessageReads;
import io.ordersystem.notifications.message.MessageView;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Messages over HTTP. */
@Path("/api/notifications")
class MessageResource {
  private final MessageReads messages;
  private final Callers callers;

  MessageResource(MessageReads messages, Callers callers) {
    this.messages = messages;
    this.callers = callers;
  }

  @GET
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Page<MessageView>> list(
      @RestQuery @Nullable String orderId,
      @RestQuery @Nullable @Pattern(regexp = "QUEUED|SENT|FAILED|SUPPRESSED") String status,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return messages.list(
        callers.current(), new MessageReads.Wanted(uuid(orderId), status), limit, cursor);
  }

  @GET
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @Path("/{id}")
  public Uni<MessageView> get(@RestPath String id) {
    return messages.get(callers.current(), MessageReads.id(id));
  }

  private static @Nullable UUID uuid(@Nullable String text) {
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "orderId must be an order's id",
          List.of(new DomainException.Invalid(null, "orderId is no id")));
    }
  }
}
