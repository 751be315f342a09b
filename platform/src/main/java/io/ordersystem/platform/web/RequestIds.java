package io.ordersystem.platform.web;

import io.ordersystem.platform.ids.Ids;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/** Echoes {@code X-Request-Id}, or makes one; what is not plain and short is replaced. */
@Singleton
public class RequestIds {
  /** The header, and the name of the request property. */
  public static final String HEADER = "X-Request-Id";

  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private final Ids ids;

  RequestIds(Ids ids) {
    this.ids = ids;
  }

  @ServerRequestFilter(preMatching = true)
  public void take(ContainerRequestContext request) {
    String given = request.getHeaderString(HEADER);
    request.setProperty(
        HEADER, given != null && ACCEPTED.matcher(given).matches() ? given : ids.next().toString());
  }

  @ServerResponseFilter
  public void answer(ContainerRequestContext request, ContainerResponseContext response) {
    Object id = request.getProperty(HEADER);
    if (id != null) {
      response.getHeaders().putSingle(HEADER, id.toString());
    }
  }

  /** The id of the request that is being answered. */
  public static @Nullable String of(ContainerRequestContext request) {
    Object id = request.getProperty(HEADER);
    return id == null ? null : id.toString();
  }
}
