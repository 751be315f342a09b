package io.ordersystem.platform.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses every query with a card number in a {@linkplain FreeText free text}. */
public class QueryChecks {

  @ServerRequestFilter
  public void check(ContainerRequestContext request) {
    var parameters = new ArrayList<Map.Entry<String, String>>();
    request
        .getUriInfo()
        .getQueryParameters()
        .forEach((name, values) -> values.forEach(value -> parameters.add(Map.entry(name, value))));
    FreeText.requireNoCard(parameters);
  }
}
