package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.Management;
import io.ordersystem.devstack.stack.Memory;
import io.ordersystem.devstack.top.Observation.Heard;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Asks everybody at the same time: one that does not answer costs its own figures only. */
final class Look implements Supplier<Observation> {
  private static final List<String> SERVICES =
      List.of("order", "inventory", "payment", "notification");

  private final LocalSystem system;
  private final HotOffers offers;
  private final InstantSource clock;

  Look(LocalSystem system, HotOffers offers, InstantSource clock) {
    this.system = system;
    this.offers = offers;
    this.clock = clock;
  }

  @Override
  public Observation get() {
    var time = clock.instant();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stock = CompletableFuture.supplyAsync(offers::read, threads);
      var heard =
          SERVICES.stream()
              .map(service -> CompletableFuture.supplyAsync(() -> ask(service), threads))
              .toList();
      return new Observation(
          time, heard.stream().map(CompletableFuture::join).toList(), stock.join());
    }
  }

  private Heard ask(String service) {
    long mebibytes =
        system
            .find(service)
            .flatMap(component -> component.daemon().running())
            .map(process -> Memory.mebibytesOf(process.pid()))
            .orElse(0L);
    long nanos = System.nanoTime();
    try {
      String text = Management.ofService(service).orElseThrow().metrics();
      return new Heard(service, nanos, Samples.parse(text), null, mebibytes);
    } catch (ComponentFailed | IllegalArgumentException reason) {
      return new Heard(service, nanos, Samples.NONE, reason.getMessage(), mebibytes);
    }
  }
}
