package io.ordersystem.devstack.link;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The process that holds the links. {@code POST /NAME/MODE?value=N} breaks or heals one; {@code GET
 * /NAME} answers how many commits were cut.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class Links implements Callable<Integer> {
  private static final int LONGEST_DELAY_MILLIS = 60_000;

  @Option(names = "--port", required = true, description = "Where it takes its orders.")
  private int port;

  @Option(names = "--link", required = true, description = "name=port:target, once per link")
  private Map<String, String> links = new LinkedHashMap<>();

  private final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

  public static void main(String[] arguments) {
    int status = new CommandLine(new Links()).execute(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  @Override
  public Integer call() throws IOException {
    for (Map.Entry<String, String> link : links.entrySet()) {
      String[] ports = link.getValue().split(":", 2);
      proxies.put(
          link.getKey(), new FaultProxy(Integer.parseInt(ports[0]), Integer.parseInt(ports[1])));
    }
    var control =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    control.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    control.createContext("/", this::handle);
    control.start();
    System.out.println("links " + links + ", control on " + port);
    return 0;
  }

  private void handle(HttpExchange http) throws IOException {
    List<String> path = List.of(http.getRequestURI().getPath().substring(1).split("/"));
    FaultProxy proxy = proxies.get(path.getFirst());
    if (proxy == null) {
      answer(http, 404, "no link is called " + path.getFirst() + "; there are " + links.keySet());
      return;
    }
    try {
      if (http.getRequestMethod().equals("POST") && path.size() == 2) {
        apply(proxy, LinkMode.of(path.get(1)), value(http));
      }
      answer(http, 200, Integer.toString(proxy.commitsCut()));
    } catch (IllegalArgumentException e) {
      answer(http, 422, String.valueOf(e.getMessage()));
    }
  }

  private static void apply(FaultProxy proxy, LinkMode mode, long value) {
    switch (mode) {
      case HEAL -> proxy.heal();
      case CUT -> proxy.cut();
      case PAUSE -> proxy.pause();
      case REDIRECT -> proxy.redirect(port(value));
      case DELAY -> proxy.delay(Duration.ofMillis(Math.min(value, LONGEST_DELAY_MILLIS)));
      case DROP_AFTER -> proxy.dropAfter(value);
      case LOSE_COMMIT -> proxy.cutNextCommit(FaultProxy.CommitCut.BEFORE);
      case LOSE_COMMIT_ANSWER -> proxy.cutNextCommit(FaultProxy.CommitCut.AFTER);
    }
  }

  private static int port(long value) {
    if (value < 1 || value > 65_535) {
      throw new IllegalArgumentException(value + " is no port");
    }
    return (int) value;
  }

  private static long value(HttpExchange http) {
    String query = http.getRequestURI().getQuery();
    return query == null ? 0 : Long.parseLong(query.replaceFirst("^value=", ""));
  }

  private static void answer(HttpExchange http, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (http) {
      http.sendResponseHeaders(status, body.length);
      http.getResponseBody().write(body);
    }
  }
}
