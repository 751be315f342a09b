package io.ordersystem.devstack.rules.planted.untidy.order;

import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A model type that speaks HTTP and messaging. */
class TransportedOrder {

  Response answer() {
    return Response.ok().build();
  }

  Message<String> message() {
    return Message.of("placed");
  }
}
