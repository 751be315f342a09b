package io.ordersystem.notifications.webhook;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be subscribed to, by the names that events have on Kafka. */
final class EventTypes {
  private static final Set<Topic> OF_SELLERS = EnumSet.of(Topic.ORDER_EVENTS, Topic.STOCK_EVENTS);
  private static final Set<Topic> OF_OPERATORS =
      EnumSet.of(Topic.ORDER_EVENTS, Topic.STOCK_EVENTS, Topic.PAYMENT_EVENTS);

  private EventTypes() {}

  /**
   * The types without repeats.
   *
   * @param sellerId whose endpoint wants them; null for the operators'
   * @throws DomainException {@code validation-failed} for one that is not there, or not for sellers
   */
  static String[] checked(List<String> types, @Nullable String sellerId) {
    Set<Topic> topics = sellerId == null ? OF_OPERATORS : OF_SELLERS;
    var faults = new ArrayList<Invalid>();
    for (int i = 0; i < types.size(); i++) {
      Optional<EventType> type = EventType.of(types.get(i));
      if (type.isEmpty() || !topics.contains(type.get().topic())) {
        faults.add(new Invalid("/eventTypes/" + i, "is no event type that this endpoint can get"));
      }
    }
    if (!faults.isEmpty()) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "an endpoint cannot get events of these types", faults);
    }
    return types.stream().distinct().toArray(String[]::new);
  }
}
