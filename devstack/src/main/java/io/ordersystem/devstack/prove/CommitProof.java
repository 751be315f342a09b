package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Movement;
import io.ordersystem.devstack.client.Placement;
import io.ordersystem.devstack.link.LinkMode;
import io.ordersystem.devstack.stack.LocalPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One of a hundred COMMITs is lost, on its way to the database or on the way back. */
final class CommitProof implements Proof {
  private static final int TRANSACTIONS = 2_000;
  private static final int QUICK_TRANSACTIONS = 200;
  private static final int LOST_ONE_IN = 100;
  private static final int QUICK_LOST_ONE_IN = 20;

  /** Every tenth is an order, the others are receipts of stock. */
  private static final int ORDER_ONE_IN = 10;

  private static final int AT_A_TIME = 8;

  /** The first attempt and one repeat with its key, each long enough for a new connection. */
  private static final CallLimits ONE_REPEAT =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          2,
          Duration.ofMillis(500),
          Duration.ofSeconds(2));

  @Override
  public String name() {
    return "commits";
  }

  @Override
  public String promise() {
    return "a COMMIT whose fate is unknown has one outcome, and the repeat with its key learns it";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty("--links")) {
      return false;
    }
    int transactions = quick ? QUICK_TRANSACTIONS : TRANSACTIONS;
    int lostOneIn = quick ? QUICK_LOST_ONE_IN : LOST_ONE_IN;
    String run = Scene.newRun("commits");
    var links = scene.links();
    int cutBefore = links.commitsCut("postgres");
    long unknownBefore = unknown();
    var acknowledged = ConcurrentHashMap.<String>newKeySet();
    var failed = new AtomicInteger();
    long began = System.nanoTime();
    try (var client = scene.client(ONE_REPEAT);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      new Orders(client).offerPlenty();
      Caller service = client.service("prove");
      Caller operator = client.operator("prove");
      var free = new Semaphore(AT_A_TIME);
      for (int i = 0; i < transactions; i++) {
        if (i % lostOneIn == lostOneIn / 2) {
          links.set(
              "postgres",
              i / lostOneIn % 2 == 0 ? LinkMode.LOSE_COMMIT : LinkMode.LOSE_COMMIT_ANSWER,
              0);
        }
        free.acquire();
        String key = run + "-" + i;
        boolean order = i % ORDER_ONE_IN == 0;
        threads.submit(() -> {
          try {
            write(service, operator, key, order);
            acknowledged.add(key);
          } catch (RuntimeException failure) {
            failed.incrementAndGet();
            scene.say("%s: %s", key, failure);
          } finally {
            free.release();
          }
        });
      }
    }
    links.set("postgres", LinkMode.HEAL, 0);
    scene.say(
        "%d transactions in %.1f s, %d COMMITs cut, %d seen as unknown by the services",
        transactions,
        Scene.seconds(began),
        links.commitsCut("postgres") - cutBefore,
        unknown() - unknownBefore);
    boolean holds = links.commitsCut("postgres") - cutBefore >= transactions / lostOneIn - 1;
    return holds
        & compare(scene, run, acknowledged, failed.get(), transactions)
        & scene.booksAreClean();
  }

  private static void write(Caller service, Caller operator, String key, boolean order) {
    if (!order) {
      operator.move("prove-tea", "prove-seller-1", new Movement("RECEIPT", 1, "proof", key), key);
    } else if (!(service.place(
            Orders.request(null, Orders.line("prove-cup", 1)), key, Duration.ZERO)
        instanceof Placement.Placed)) {
      throw new IllegalStateException("the order was refused");
    }
  }

  /** Each key is in the books once, acknowledged or not at all. */
  private static boolean compare(
      Scene scene, String run, Set<String> acknowledged, int failed, int transactions) {
    var answered =
        new HashSet<>(
            scene.texts(
                """
                SELECT key FROM orders.idempotency_keys WHERE key LIKE '%1$s%%' AND status = 201
                UNION ALL SELECT key FROM inventory.idempotency_keys WHERE key LIKE '%1$s%%' AND status = 201
                """
                    .formatted(run)));
    long receipts =
        scene.number(
            "SELECT count(*) FROM inventory.stock_movements WHERE reference LIKE '" + run + "%'");
    long distinct =
        scene.number(
            "SELECT count(DISTINCT reference) FROM inventory.stock_movements WHERE reference LIKE '"
                + run
                + "%'");
    var missing = new HashSet<>(acknowledged);
    missing.removeAll(answered);
    scene.say(
        "%d acknowledged, %d not after one repeat with the key, %d acknowledged but missing, %d in the books",
        acknowledged.size(), failed, missing.size(), answered.size());
    scene.say("receipts of stock: %d, of %d distinct keys", receipts, distinct);
    return missing.isEmpty()
        && failed == 0
        && acknowledged.size() == transactions
        && receipts == distinct
        && receipts == transactions - (transactions + ORDER_ONE_IN - 1) / ORDER_ONE_IN;
  }

  private static long unknown() {
    return Metrics.sum(LocalPort.ORDER_MANAGEMENT, "db_transaction_unknown_total")
        + Metrics.sum(LocalPort.INVENTORY_MANAGEMENT, "db_transaction_unknown_total")
        + Metrics.sum(LocalPort.PAYMENT_MANAGEMENT, "db_transaction_unknown_total")
        + Metrics.sum(LocalPort.NOTIFICATION_MANAGEMENT, "db_transaction_unknown_total");
  }
}
