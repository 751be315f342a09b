package io.ordersystem.devstack.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The list of payment intents as the payment sandbox keeps it. */
final class ProviderLedger {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI address;

  ProviderLedger(URI sandbox) {
    this.address = sandbox.resolve("/sandbox/ledger");
  }

  /** All intents, a JSON array. */
  String read() throws CannotCheck {
    try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      var request = HttpRequest.newBuilder(address).timeout(TIMEOUT).GET().build();
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new CannotCheck(
            "%s was answered with status %d".formatted(address, response.statusCode()));
      }
      return intents(response.body());
    } catch (IOException failure) {
      throw new CannotCheck("%s cannot be read: %s".formatted(address, failure), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CannotCheck(address + ": interrupted", interrupted);
    }
  }

  /** The array itself, or the one that an object holds as {@code intents} or {@code data}. */
  private String intents(String body) throws CannotCheck, JsonProcessingException {
    var tree = new ObjectMapper().readTree(body);
    for (var list : new String[] {"/intents", "/data", ""}) {
      if (tree.at(list).isArray()) {
        return tree.at(list).toString();
      }
    }
    throw new CannotCheck(address + " holds no list of intents");
  }
}
