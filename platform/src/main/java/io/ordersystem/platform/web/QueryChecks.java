package io.ordersystem.platform.web;

import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses every query with a card number in a {@linkplain FreeText free text}. */
public class QueryChecks {

  /** Before the filters of single resources, so that all of them answer a card number alike. */
  @ServerRequestFilter(priority = Priorities.ENTITY_CODER)
  public void check(ContainerRequestContext request) {
    var parameters = new ArrayList<Map.Entry<String, String>>();
    request
        .getUriInfo()
        .getQueryParameters()
        .forEach((name, values) -> values.forEach(value -> parameters.add(Map.entry(name, value))));
    FreeText.requireNoCard(parameters);
  }
}
