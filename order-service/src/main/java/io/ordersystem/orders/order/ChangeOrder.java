package io.ordersystem.orders.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which somebody changes an order: found as the caller may see it, its whole tree
 * locked, its version compared with {@code If-Match}, changed, and written as one version of each
 * order that changed, together with the idempotency key and the answer. Of two callers at once the
 * second one judges what the first has left.
 */
@Singleton
public class ChangeOrder {
  private static final ProblemType SPLIT_ORDER =
      new ProblemType(409, "split-order", "This is asked of a child order, not of its parent");

  private final IdempotentRequests requests;
  private final OrderTable orders;
  private final OrderDetails details;
  private final AdvanceOrders advanceOrders;
  private final OrderConfig config;
  private final Ids ids;
  private final Clock clock;
  private final ObjectMapper json;

  ChangeOrder(
      IdempotentRequests requests,
      OrderTable orders,
      OrderDetails details,
      AdvanceOrders advanceOrders,
      OrderConfig config,
      Ids ids,
      Clock clock,
      ObjectMapper json) {
    this.requests = requests;
    this.orders = orders;
    this.details = details;
    this.advanceOrders = advanceOrders;
    this.config = config;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  /**
   * Who wants what of which order.
   *
   * @param key the {@code Idempotency-Key} without quotes
   * @param step the part of the route behind the order, with the method: part of the request's
   *     fingerprint
   * @param content the request as it was understood
   * @param ifMatch the header as it came
   */
  public record Wish(
      Caller caller,
      @Nullable String key,
      String orderIdOrNumber,
      String step,
      Object content,
      @Nullable String ifMatch,
      Cause cause) {

    /** What the caller of a request wants. */
    public static Wish of(
        Caller caller,
        String orderIdOrNumber,
        String step,
        Object content,
        ChangeHeaders headers,
        Cause cause) {
      return new Wish(
          caller, headers.key(), orderIdOrNumber, step, content, headers.ifMatch(), cause);
    }
  }

  /** Changes the locked order; throws a {@link DomainException} to refuse. */
  @FunctionalInterface
  public interface Step {
    void apply(Changing changing);
  }

  /** An order that is locked and may be changed, and what its caller is to it. */
  public record Changing(
      OrderProcess process, Order order, Standing standing, OrderProcess.Moment moment, Ids ids) {
    public OrderTree tree() {
      return process.tree();
    }

    /** Refuses a parent: its children are what can be shipped or refunded. */
    public void mustNotBeParent() {
      if (order.header().split()) {
        throw new DomainException(
            SPLIT_ORDER, "order " + order.header().number() + " has a child order per seller");
      }
    }

    /** Refuses a child: what it shares with its siblings belongs to the parent. */
    public void mustNotBeChild() {
      if (!order.header().isRoot()) {
        throw new DomainException(
            SPLIT_ORDER,
            "order " + order.header().number() + " is a child; ask this of its parent");
      }
    }
  }

  /**
   * Changes the order and answers it as the caller sees it then.
   *
   * @param status of the answer: 200 or 201
   */
  public Uni<StoredAnswer> change(Wish wish, int status, Step step) {
    var request =
        new IdempotentRequests.Request(
            wish.caller(), wish.key(), wish.step() + " " + wish.orderIdOrNumber(), wish.content());
    return requests.once(request, tx -> change(tx, wish, status, step));
  }

  private Uni<StoredAnswer> change(Tx tx, Wish wish, int status, Step step) {
    return details
        .find(tx, wish.caller(), wish.orderIdOrNumber())
        .chain(found ->
            orders
                .lock(tx, new TreeSet<>(List.of(found.rootId())))
                .chain(locked -> change(tx, wish, status, step, found, locked)));
  }

  private Uni<StoredAnswer> change(
      Tx tx,
      Wish wish,
      int status,
      Step step,
      OrderDetails.Found found,
      Map<UUID, OrderProcess> locked) {
    OrderProcess process = locked.get(found.rootId());
    Order order = process == null ? null : process.tree().find(found.id()).orElse(null);
    if (process == null || order == null) {
      throw new OrderNotFound(wish.orderIdOrNumber());
    }
    EntityTags.require(wish.ifMatch(), order.version());
    var moment = new OrderProcess.Moment(clock.instant(), wish.cause(), config.answerWithin());
    step.apply(new Changing(process, order, found.standing(), moment, ids));
    return advanceOrders
        .save(tx, List.of(process), wish.caller().subject(), id -> wish.cause())
        .chain(() -> details.view(tx, process.tree(), found))
        .map(view -> answer(status, view));
  }

  private StoredAnswer answer(int status, OrderView order) {
    try {
      return new StoredAnswer(
          status, null, EntityTags.of(order.version()), json.writeValueAsString(order), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an order is always writable", e);
    }
  }
}
