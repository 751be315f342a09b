package io.ordersystem.orders.order;

import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.reads.CachedReads;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.JsonBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The seed's caches of orders in Redis, under its keys and for its five minutes: {@code order:ID},
 * and the first pages {@code customer:orders:ID} and {@code seller:orders:ID}. What a seller sees
 * of a whole order, which is not its payment, is {@code order:ID:seller}.
 *
 * <p>An order is cached for everybody, with whose it is; who may see it is judged with each answer.
 */
@Singleton
public class CachedOrders {
  private static final Duration LIFE = Duration.ofMinutes(5);

  private final CachedReads reads;
  private final OrderDetails details;
  private final Cache cache;
  private final JsonBody json;

  CachedOrders(CachedReads reads, OrderDetails details, Cache cache, JsonBody json) {
    this.reads = reads;
    this.details = details;
    this.cache = cache;
    this.json = json;
  }

  /**
   * An order as it is answered.
   *
   * @param settled see {@link OrderView#hasSettled}
   * @param body JSON
   */
  public record Shown(long version, boolean settled, Buffer body) {
    /** An order in JSON. */
    public static Shown of(OrderView order, Buffer body) {
      return new Shown(order.version(), order.hasSettled(), body);
    }
  }

  /**
   * The order as this caller sees it, up to five minutes old unless a {@code Consistency-Token}
   * requires more.
   *
   * @throws OrderNotFound when there is none, or it is another's
   */
  public Uni<Shown> get(Caller caller, UUID id) {
    details.requirePast(id);
    boolean whole = caller.isTrusted() || caller.customerId() != null;
    return entry(id, whole)
        .chain(entry -> {
          Standing standing = entry.standing(caller);
          if (!standing.isAny()) {
            throw new OrderNotFound(id.toString());
          }
          return whole && !standing.seesPayment() ? entry(id, false) : Uni.createFrom().item(entry);
        })
        .map(Entry::shown);
  }

  private Uni<Entry> entry(UUID id, boolean whole) {
    return reads
        .read(
            orderKey(id, whole),
            LIFE,
            new KeyedReading<>(database ->
                details
                    .get(database, id, new Standing(whole, false, !whole))
                    .map(order -> Entry.of(order, json.of(order)).text())))
        .map(Entry::parse);
  }

  /**
   * The first page of a customer's orders.
   *
   * @param reading must not depend on who asks, and names the months that it reads
   */
  public <T> Uni<Buffer> firstPageOfCustomer(String customerId, KeyedReading<Page<T>> reading) {
    return firstPage("customer:orders:" + customerId, reading);
  }

  /** The same of a seller's. */
  public <T> Uni<Buffer> firstPageOfSeller(String sellerId, KeyedReading<Page<T>> reading) {
    return firstPage("seller:orders:" + sellerId, reading);
  }

  private <T> Uni<Buffer> firstPage(String key, KeyedReading<Page<T>> reading) {
    return reads.read(
        key, LIFE, new KeyedReading<>(database -> reading.apply(database).map(json::of)));
  }

  /** What shows these trees has no older value than this transaction, once it has committed. */
  void changed(Tx tx, Collection<OrderTree> trees) {
    Set<String> keys = new HashSet<>();
    for (OrderTree tree : trees) {
      keys.add("customer:orders:" + tree.root().header().customerId());
      for (Order order : tree.orders()) {
        UUID id = order.header().id();
        keys.addAll(List.of(orderKey(id, true), orderKey(id, false)));
        if (order.header().sellerId() != null) {
          keys.add("seller:orders:" + order.header().sellerId());
        }
      }
    }
    fence(tx, keys);
  }

  /** The same for what shows how these root orders are paid: nothing but they themselves. */
  void learned(Tx tx, Collection<UUID> rootIds) {
    Set<String> keys = new HashSet<>();
    rootIds.forEach(id -> keys.addAll(List.of(orderKey(id, true), orderKey(id, false))));
    fence(tx, keys);
  }

  private void fence(Tx tx, Set<String> keys) {
    // Without a position, which is rare, what is there lives to its end.
    tx.afterCommitAt(position -> {
      if (position != null) {
        cache.fence(keys, Version.of(position));
      }
    });
  }

  private static String orderKey(UUID id, boolean whole) {
    return "order:" + id + (whole ? "" : ":seller");
  }

  /** A cached order: its version and whose it is in a first line, then its JSON. */
  private record Entry(Shown shown, String customerId, @Nullable String sellerId) {
    private static final String BETWEEN = "\t";

    static Entry of(OrderView order, Buffer body) {
      return new Entry(Shown.of(order, body), order.customerId(), order.sellerId());
    }

    Buffer text() {
      String head =
          String.join(
              BETWEEN,
              Long.toString(shown.version()),
              Boolean.toString(shown.settled()),
              customerId,
              sellerId == null ? "" : sellerId);
      return Buffer.buffer(head + "\n").appendBuffer(shown.body());
    }

    static Entry parse(Buffer text) {
      int end = 0;
      while (text.getByte(end) != '\n') {
        end++;
      }
      String[] head = text.getString(0, end, StandardCharsets.UTF_8.name()).split(BETWEEN, -1);
      return new Entry(
          new Shown(
              Long.parseLong(head[0]),
              Boolean.parseBoolean(head[1]),
              text.getBuffer(end + 1, text.length())),
          head[2],
          head[3].isEmpty() ? null : head[3]);
    }

    Standing standing(Caller caller) {
      return new Standing(
          caller.isTrusted(),
          customerId.equals(caller.customerId()),
          sellerId != null && sellerId.equals(caller.sellerId()));
    }
  }
}
