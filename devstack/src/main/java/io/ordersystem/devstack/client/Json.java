package io.ordersystem.devstack.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Bodies to and from JSON: a caller ignores fields it does not know and sends none it has not. */
final class Json {
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  byte[] write(Object body) {
    try {
      return mapper.writeValueAsBytes(body);
    } catch (JsonProcessingException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  <T> T read(String call, byte[] body, Class<T> type) {
    try {
      var value = mapper.readValue(body, type);
      if (value == null) {
        throw new CallFailed(call + " was answered with null", null);
      }
      return value;
    } catch (IOException failure) {
      throw new CallFailed(
          "%s was answered with no %s: %s".formatted(call, type.getSimpleName(), failure), failure);
    }
  }

  /** The body as a tree; a missing node when it is empty or no JSON. */
  JsonNode tree(byte[] body) {
    try {
      return mapper.readTree(body);
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** The problem in the body, or an empty one: a proxy's error page is none of ours. */
  Problem problem(byte[] body) {
    try {
      var problem = mapper.readValue(body, Problem.class);
      return problem == null ? Problem.none() : problem;
    } catch (IOException notAProblemDocument) {
      return Problem.none();
    }
  }
}
