package io.ordersystem.devstack.link;

import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Speaks to the process that holds the links. */
public final class LinkControl {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String address;

  public LinkControl(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /**
   * Puts a link into a mode.
   *
   * @param value milliseconds or bytes, where the mode needs it
   * @throws ComponentFailed when there is no such link, or the links do not run
   */
  public void set(String link, LinkMode mode, long value) {
    send(
        HttpRequest.newBuilder(
                URI.create(address + "/" + link + "/" + mode.id() + "?value=" + value))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** How many commits were lost on that link so far. */
  public int commitsCut(String link) {
    return Integer.parseInt(send(HttpRequest.newBuilder(URI.create(address + "/" + link)).GET()));
  }

  private String send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new ComponentFailed(answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new ComponentFailed("the links do not answer; start with ./order-system up --links", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while speaking to the links", e);
    }
  }
}
