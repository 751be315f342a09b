package io.ordersystem.devstack.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The processes of one service. They take turns; one that refuses connections, or five times in a
 * row does not say that it is ready, has none: a single moment of a busy machine is no reason, as
 * it is none for the probes of Kubernetes. Like a Service and its endpoints there, with one
 * difference: when nobody is ready, whoever takes the connection gets the request, whoever was
 * ready last first, and can say itself what is the matter.
 */
final class Upstreams {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long PROBE_EVERY_MILLIS = 500;
  private static final int PROBE_MILLIS = 1_000;
  private static final int FAILURES = 5;

  private final List<Watched> all;
  private final AtomicInteger turn = new AtomicInteger();

  Upstreams(Vertx vertx, List<Upstream> processes) {
    HttpClient probes =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(PROBE_MILLIS)
                .setKeepAlive(false)
                .setMaxPoolSize(processes.size() * FAILURES));
    all = processes.stream().map(Watched::new).toList();
    // With one there is nothing to choose from.
    if (all.size() > 1) {
      vertx.setPeriodic(0, PROBE_EVERY_MILLIS, timer -> all.forEach(it -> it.probe(probes)));
    }
  }

  /**
   * A request to the next one. Nothing has been sent when a connection is refused, so the others
   * are tried then, whatever the request is.
   */
  Future<HttpClientRequest> connect(HttpClient client) {
    return connect(client, candidates().iterator());
  }

  private static Future<HttpClientRequest> connect(HttpClient client, Iterator<Watched> left) {
    return left.next()
        .connect(client)
        .recover(failure -> left.hasNext() ? connect(client, left) : Future.failedFuture(failure));
  }

  /** All of them, whose turn it is first, those that are not ready last. */
  private List<Watched> candidates() {
    int first = Math.floorMod(turn.getAndIncrement(), all.size());
    var ready = new ArrayList<Watched>();
    var others = new ArrayList<Watched>();
    for (int i = 0; i < all.size(); i++) {
      Watched next = all.get((first + i) % all.size());
      (next.ready ? ready : others).add(next);
    }
    long now = System.nanoTime();
    others.sort(Comparator.comparingLong(it -> now - it.wasReady));
    ready.addAll(others);
    return ready;
  }

  private static final class Watched {
    private final Upstream process;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean ready = true;
    private volatile long wasReady = System.nanoTime();

    Watched(Upstream process) {
      this.process = process;
    }

    Future<HttpClientRequest> connect(HttpClient client) {
      return client.request(new RequestOptions().setHost(LOOPBACK).setPort(process.port()));
    }

    void probe(HttpClient probes) {
      probes
          .request(
              new RequestOptions()
                  .setMethod(HttpMethod.GET)
                  .setHost(LOOPBACK)
                  .setPort(process.management())
                  .setURI("/q/health/ready")
                  .setTimeout(PROBE_MILLIS))
          .compose(HttpClientRequest::send)
          .map(HttpClientResponse::statusCode)
          .onSuccess(status -> {
            if (status == 200) {
              failures.set(0);
              wasReady = System.nanoTime();
              ready = true;
            } else {
              failed();
            }
          })
          .onFailure(failure -> {
            if (failure instanceof ConnectException) {
              ready = false;
            } else {
              failed();
            }
          });
    }

    private void failed() {
      if (failures.incrementAndGet() >= FAILURES) {
        ready = false;
      }
    }
  }
}
