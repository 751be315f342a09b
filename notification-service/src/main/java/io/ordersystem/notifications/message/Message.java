package io.ordersystem.notifications.message;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.notification.MessageChanged;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as it would be sent now.
 *
 * @param about which one it is
 * @param recipient the address; empty until the order's contact is known
 * @param name of the recipient, empty where it is not known
 * @param locale the recipient's wish, else the order contact's; empty where nobody has named one
 * @param resends how often it was sent again on purpose
 * @param attempts how often sending was tried
 * @param attemptsBefore how many of these were made before it was last sent again
 */
public record Message(
    About about,
    Audience audience,
    Content content,
    String recipient,
    String name,
    String locale,
    int resends,
    int attempts,
    int attemptsBefore,
    long version) {

  /**
   * What of a message is told in its events.
   *
   * @param orderId the order as its recipient knows it: a customer's root, a seller's own; null for
   *     a message that is about no order
   * @param rootOrderId where that is another one
   */
  public record About(
      UUID id,
      @Nullable UUID orderId,
      @Nullable UUID rootOrderId,
      Template template,
      String channel) {

    /**
     * The event of one version, keyed by the root order; none of a message that is about no order,
     * for the topic is about orders' messages.
     */
    public List<OutgoingEvent> event(EventType type, long version, Cause cause) {
      if (orderId == null) {
        return List.of();
      }
      UUID key = rootOrderId == null ? orderId : rootOrderId;
      var data = new MessageChanged(id, orderId, template.id(), channel, status(type));
      return List.of(new OutgoingEvent(type, key.toString(), id.toString(), version, data, cause));
    }

    private static String status(EventType type) {
      return switch (type) {
        case MESSAGE_QUEUED -> "QUEUED";
        case MESSAGE_SENT -> "SENT";
        case MESSAGE_FAILED -> "FAILED";
        default -> throw new IllegalArgumentException(type + " is no message's");
      };
    }
  }

  public UUID id() {
    return about.id();
  }

  public Template template() {
    return about.template();
  }

  /** Neither address nor name: this is what logs show of a piece of work. */
  @Override
  public String toString() {
    return "Message[%s, %s, attempt=%d]".formatted(about.id(), about.template().id(), attempts);
  }

  /** Where in the schedule of attempts it is; from 1 on. */
  public int attemptsNow() {
    return attempts - attemptsBefore;
  }
}
