package io.ordersystem.devstack.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The way through the gateway. One of it serves any number of callers and threads; callers are told
 * apart by their token.
 */
public final class OrderSystemClient implements AutoCloseable {
  private final URI gateway;
  private final Tokens tokens;
  private final CallLimits limits;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;
  private final Json json = new Json();

  public OrderSystemClient(URI gateway, Tokens tokens, CallLimits limits) {
    this.gateway = gateway;
    this.tokens = tokens;
    this.limits = limits;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limits.connectTimeout())
            .executor(threads)
            .build();
  }

  /** A shop's back end: may act for any customer and set prices. */
  public Caller service(String subject) {
    return caller("service", subject, null);
  }

  /** Whoever runs the system. */
  public Caller operator(String subject) {
    return caller("operator", subject, null);
  }

  public Caller customer(String customerId) {
    return caller("customer", customerId, null);
  }

  /** A seller, for its own orders and stock. */
  public Caller seller(String subject, String sellerId) {
    return caller("seller", subject, sellerId);
  }

  private Caller caller(String role, String subject, @Nullable String sellerId) {
    var token = tokens.token(role, subject, sellerId);
    return new Caller(gateway, token, new Exchange(http, limits, json), json, limits);
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
    threads.close();
  }
}
