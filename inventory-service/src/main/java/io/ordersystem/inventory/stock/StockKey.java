package io.ordersystem.inventory.stock;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * One seller's stock of one variant. Its order is the order in which rows are locked, everywhere.
 */
public record StockKey(String variantId, String sellerId) implements Comparable<StockKey> {
  /** The shape of both ids: opaque, 1 to 64 characters. */
  public static final String ID = "[A-Za-z0-9._:-]{1,64}";

  private static final Pattern SHAPE = Pattern.compile(ID);
  private static final Comparator<StockKey> ORDER =
      Comparator.comparing(StockKey::variantId).thenComparing(StockKey::sellerId);

  public StockKey {
    if (!SHAPE.matcher(variantId).matches() || !SHAPE.matcher(sellerId).matches()) {
      throw new IllegalArgumentException("not an offer's key: " + variantId + "|" + sellerId);
    }
  }

  @Override
  public int compareTo(StockKey other) {
    return ORDER.compare(this, other);
  }

  /** The key of its messages. */
  public String messageKey() {
    return variantId + "|" + sellerId;
  }
}
