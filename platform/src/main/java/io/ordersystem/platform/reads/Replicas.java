package io.ordersystem.platform.reads;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.DatabaseConfig;
import io.ordersystem.platform.sql.DatabasePools;
import io.ordersystem.platform.sql.QueryTimes;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The primary and the replicas of this installation, looked at once a second. */
@Singleton
@Startup
public class Replicas implements Servers {
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Replicas that differ by less than looks tell apart share the reads. */
  private static final Duration ALIKE = Duration.ofMillis(200);

  private final PgServer primary;
  private final PrimaryLog log = new PrimaryLog(System::nanoTime);
  private final List<Replica> replicas = new ArrayList<>();
  private final List<io.vertx.sqlclient.Pool> pools = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicBoolean primaryAsked = new AtomicBoolean();
  private final Vertx vertx;
  private final long timer;

  Replicas(
      Pool primaryPool,
      DatabasePools databases,
      DatabaseConfig database,
      ReadsConfig config,
      Vertx vertx,
      QueryTimes times,
      MeterRegistry metrics) {
    this.primary = new PgServer(primaryPool, true, database.pooler(), times);
    this.vertx = vertx;
    // It is made when it is first used; the replicas' pools are made after it.
    primaryPool.getDelegate().size();
    for (String address : config.replicas().orElse(List.of())) {
      var asked = new PgServer(pool(databases, address, 1), false, false, times);
      var read =
          new PgServer(pool(databases, address, config.replicaConnections()), false, false, times);
      var replica = new Replica(address, read, asked::position, log, config, vertx);
      replicas.add(replica);
      Gauge.builder("reads.replica.lag", replica, it -> PrimaryLog.seconds(it.lag()))
          .baseUnit("seconds")
          .description("For how long the primary has been where the replica is not yet")
          .tag("replica", address)
          .register(metrics);
      Gauge.builder("reads.replica.open", replica, it -> it.isOpen() ? 1 : 0)
          .description("1 while the replica answers reads")
          .tag("replica", address)
          .register(metrics);
    }
    this.timer = replicas.isEmpty() ? -1 : vertx.setPeriodic(1, BEAT.toMillis(), beat -> look());
  }

  @Override
  public Server primary() {
    return primary;
  }

  @Override
  public boolean hasStandbys() {
    return !replicas.isEmpty();
  }

  @Override
  public List<Replica> standbys() {
    List<Replica> open = replicas.stream().filter(Replica::isOpen).toList();
    if (open.size() < 2) {
      return open;
    }
    var sorted = new ArrayList<>(open);
    sorted.sort(Comparator.comparing(Replica::lag));
    Duration alike = sorted.getFirst().lag().plus(ALIKE);
    int best = (int) sorted.stream().filter(it -> it.lag().compareTo(alike) <= 0).count();
    Collections.rotate(sorted.subList(0, best), turn.getAndIncrement());
    return sorted;
  }

  private void look() {
    // A primary that does not answer leaves what is known of it, and is not asked a second time.
    if (primaryAsked.compareAndSet(false, true)) {
      Cancellable _ =
          primary
              .position()
              .onTermination()
              .invoke(() -> primaryAsked.set(false))
              .subscribe()
              .with(
                  log::note,
                  failure -> Log.debugf("The primary does not say where it is: %s", failure));
    }
    replicas.forEach(Replica::ask);
  }

  private Pool pool(DatabasePools databases, String address, int size) {
    io.vertx.sqlclient.Pool pool = databases.replica(address.strip(), size);
    pools.add(pool);
    return Pool.newInstance(pool);
  }

  void stop(@Observes ShutdownEvent stopping) {
    vertx.cancelTimer(timer);
    pools.forEach(io.vertx.sqlclient.Pool::close);
  }
}
