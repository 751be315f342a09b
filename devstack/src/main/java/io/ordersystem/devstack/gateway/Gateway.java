package io.ordersystem.devstack.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reverse proxy: paths to the processes of services that are ready, a limit on bodies, a problem
 * document where nobody answers. Answers are passed on as they come, so streams stream.
 */
public final class Gateway {
  private static final long BODY_LIMIT = 1024 * 1024;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int CONNECTIONS = 256;

  private final Map<String, HttpProxy> routes = new LinkedHashMap<>();
  private final HttpServer server;

  /**
   * A gateway that listens to nobody yet.
   *
   * @param routes path prefixes to the processes of their services
   */
  public Gateway(Vertx vertx, Map<String, List<Upstream>> routes) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxPoolSize(CONNECTIONS)
                .setMaxWaitQueueSize(CONNECTIONS * 4));
    // Paths of the same service share what is known of its processes.
    var services = new LinkedHashMap<List<Upstream>, Upstreams>();
    routes.forEach((prefix, processes) ->
        this.routes.put(
            prefix,
            proxy(
                client,
                services.computeIfAbsent(
                    List.copyOf(processes), its -> new Upstreams(vertx, its)))));
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true))
            .requestHandler(this::handle);
  }

  /** Listens on the loopback; the future has the port. */
  public Future<Integer> listen(int port) {
    return server.listen(port, "127.0.0.1").map(HttpServer::actualPort);
  }

  private void handle(HttpServerRequest request) {
    Optional<HttpProxy> proxy =
        routes.entrySet().stream()
            .filter(route -> isBelow(path(request), route.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (proxy.isEmpty()) {
      refuse(request, 404, "not-found", "There is no such resource");
    } else if (contentLength(request) > BODY_LIMIT) {
      refuse(request, 413, "content-too-large", "The body is over 1 MiB");
    } else {
      proxy.get().handle(request);
    }
  }

  /** Without a path, as in {@code OPTIONS *}, nothing is meant that we have. */
  private static String path(HttpServerRequest request) {
    return request.path() == null ? "" : request.path();
  }

  private static boolean isBelow(String path, String prefix) {
    return path.equals(prefix) || path.startsWith(prefix + "/");
  }

  private static long contentLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null || !length.matches("\\d{1,18}") ? 0 : Long.parseLong(length);
  }

  private static HttpProxy proxy(HttpClient client, Upstreams upstreams) {
    return HttpProxy.reverseProxy(client)
        .originRequestProvider((request, toUpstream) -> upstreams.connect(toUpstream))
        .addInterceptor(
            new ProxyInterceptor() {
              @Override
              public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
                return context
                    .sendRequest()
                    .recover(failure -> Future.succeededFuture(away(context)));
              }
            });
  }

  /** The service does not answer: said so, in the shape of every other error. */
  private static ProxyResponse away(ProxyContext context) {
    ProxyResponse response = context.request().release().response();
    response.setStatusCode(503);
    response.putHeader("Content-Type", "application/problem+json");
    response.putHeader("Retry-After", "2");
    response.setBody(
        Body.body(
            problem(
                503,
                "service-unavailable",
                "The service is away; try again",
                context.request().getURI())));
    return response;
  }

  private static void refuse(HttpServerRequest request, int status, String code, String title) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/problem+json")
        // What is left of the body is not read, so the connection cannot be used again.
        .putHeader("Connection", "close")
        .end(problem(status, code, title, path(request)))
        .onComplete(sent -> request.connection().close());
  }

  private static Buffer problem(int status, String code, String title, String instance) {
    return new JsonObject()
        .put("type", "urn:io.ordersystem:problem:" + code)
        .put("title", title)
        .put("status", status)
        .put("detail", title)
        .put("instance", instance)
        .put("code", code)
        .toBuffer();
  }
}
