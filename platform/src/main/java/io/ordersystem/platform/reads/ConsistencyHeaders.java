package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Consistency;
import io.ordersystem.platform.sql.Position;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Takes the caller's {@code Consistency-Token} or {@code Cache-Control: no-cache}, which asks the
 * primary; answers a token with each write, and says with each read where it was answered: {@code
 * X-Read-Source}.
 */
@Singleton
public class ConsistencyHeaders {
  private static final String SOURCE = "X-Read-Source";
  private static final Set<String> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final String service;

  ConsistencyHeaders(@ConfigProperty(name = "quarkus.application.name") String service) {
    this.service = service;
  }

  @ServerRequestFilter
  public void take(ContainerRequestContext request) {
    if (!READS.contains(request.getMethod())) {
      Consistency.wantPosition();
    }
    String token = request.getHeaderString(ConsistencyToken.HEADER);
    if (token != null) {
      ConsistencyToken.read(service, token.strip()).ifPresent(Consistency::require);
    }
    String cacheControl = request.getHeaderString("Cache-Control");
    if (cacheControl != null && cacheControl.toLowerCase(Locale.ROOT).contains("no-cache")) {
      Consistency.require(Position.BEYOND);
    }
  }

  @ServerResponseFilter
  public void answer(ContainerRequestContext request, ContainerResponseContext response) {
    Position ended = Consistency.ended();
    if (ended != null && !READS.contains(request.getMethod())) {
      response.getHeaders().putSingle(ConsistencyToken.HEADER, ConsistencyToken.of(service, ended));
    }
    String source = Consistency.source();
    if (source != null) {
      response.getHeaders().putSingle(SOURCE, source);
    }
  }
}
