package io.ordersystem.inventory.stock;

import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.cache.Versioned;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What can be had of an offer, in Redis as the seed has it (its colon between variant and seller is
 * none here: ids may contain one) for a minute: a hint that spares the database most questions,
 * never the authority.
 */
@Singleton
public class StockHints {
  /** The seed's. */
  private static final Duration LIFE = Duration.ofSeconds(60);

  private final Cache cache;
  private final Clock clock;

  StockHints(Cache cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
  }

  /**
   * What can be had of an offer.
   *
   * @param version of the row that says so
   */
  public record Hint(StockKey offer, long version, int available) {
    static Hint of(Stock stock) {
      return new Hint(stock.key(), stock.version(), stock.deleted() ? 0 : stock.available());
    }
  }

  /** Says what can be had; what is older than what was told changes nothing. */
  public void tell(Collection<Hint> news) {
    var values = new HashMap<String, Versioned>();
    for (Hint hint : news) {
      values.put(
          key(hint.offer()),
          new Versioned(
              Version.of(hint.version()), Buffer.buffer(Integer.toString(hint.available()))));
    }
    cache.put(values, clock.instant().plus(LIFE));
  }

  /** What is known of these offers; others are left out. */
  public Uni<Map<StockKey, Integer>> find(Collection<StockKey> offers) {
    var asked = new ArrayList<>(offers);
    return cache
        .get(asked.stream().map(StockHints::key).toList())
        .map(found -> {
          var known = new HashMap<StockKey, Integer>();
          for (StockKey offer : asked) {
            Versioned value = found.get(key(offer));
            if (value != null) {
              known.put(offer, Integer.valueOf(value.value().toString()));
            }
          }
          return known;
        });
  }

  private static String key(StockKey offer) {
    return "inventory:" + offer.messageKey();
  }
}
