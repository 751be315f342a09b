package io.ordersystem.devstack.rules.planted.untidy.placement;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A route that is not found by name, with a method that Quarkus drops. */
@Path("/orders")
class OrderEndpoint {

  @GET
  String dropped() {
    return "";
  }

  @Path("/sub")
  String droppedToo() {
    return "";
  }
}
