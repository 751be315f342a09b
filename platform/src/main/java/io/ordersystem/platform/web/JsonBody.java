package io.ordersystem.platform.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;

/** What is answered, as the bytes of its JSON: they are cached as they are sent. */
@Singleton
public class JsonBody {
  private final ObjectMapper json;

  JsonBody(ObjectMapper json) {
    this.json = json;
  }

  /**
   * The bytes of a view.
   *
   * @throws IllegalStateException for what has no JSON
   */
  public Buffer of(Object view) {
    try {
      return Buffer.buffer(json.writeValueAsBytes(view));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is always writable", e);
    }
  }
}
