package io.ordersystem.platform.web;

import io.ordersystem.platform.idempotency.StoredAnswer;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Stored answers as HTTP: a repeat is told so by {@code Idempotency-Replayed: true}. */
public final class StoredAnswers {
  private StoredAnswers() {}

  /** The answer with its location, tag and body. */
  public static RestResponse<String> response(StoredAnswer answer) {
    var response =
        ResponseBuilder.<String>create(answer.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .entity(answer.body());
    if (answer.location() != null) {
      response.header("Location", answer.location());
    }
    if (answer.etag() != null) {
      response.header("ETag", answer.etag());
    }
    if (answer.replayed()) {
      response.header("Idempotency-Replayed", "true");
    }
    return response.build();
  }
}
