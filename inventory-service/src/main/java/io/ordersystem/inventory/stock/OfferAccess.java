package io.ordersystem.inventory.stock;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Role;

/** Who may write which offer: operators all, a seller its own; another's does not exist for it. */
public final class OfferAccess {
  private OfferAccess() {}

  /**
   * The key of an offer that the caller may write.
   *
   * @throws DomainException {@code not-found} for an id of the wrong shape or another seller's
   */
  public static StockKey writable(Caller caller, String variantId, String sellerId) {
    StockKey key = readable(variantId, sellerId);
    if (!isWritable(caller, sellerId)) {
      throw notFound(variantId, sellerId);
    }
    return key;
  }

  /** Whether the caller may write that seller's offers. */
  public static boolean isWritable(Caller caller, String sellerId) {
    return caller.is(Role.OPERATOR) || sellerId.equals(caller.sellerId());
  }

  /** The key of an offer; what is no id is not found. */
  public static StockKey readable(String variantId, String sellerId) {
    if (!variantId.matches(StockKey.ID) || !sellerId.matches(StockKey.ID)) {
      throw notFound(variantId, sellerId);
    }
    return new StockKey(variantId, sellerId);
  }

  public static DomainException notFound(String variantId, String sellerId) {
    return new DomainException(
        ProblemType.NOT_FOUND, "seller " + sellerId + " has no offer of variant " + variantId);
  }
}
