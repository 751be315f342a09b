package io.ordersystem.devstack.client;

import com.fasterxml.jackson.databind.JsonNode;

/** An answer as it came: its status and its JSON, which is missing when there was none. */
public record Answer(int status, JsonNode body) {
  public boolean isOk() {
    return status < 300;
  }

  /** The problem's stable code, empty when there is none. */
  public String code() {
    return body.path("code").asText("");
  }
}
