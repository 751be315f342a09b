package io.ordersystem.notifications.message;

import io.smallrye.mutiny.Uni;

/**
 * A way out of the system, to a person or a machine. Adding one is one class: a bean that
 * implements this. For people, {@code Channel<Message, Void>}.
 *
 * @param <T> what is sent
 * @param <A> what the other side answers; {@link Void} where all that it says is that it has
 *     accepted
 */
public interface Channel<T, A> {
  /**
   * Its name in upper case, such as {@code EMAIL}: the label {@code channel} of metrics, the key of
   * its limits ({@code notification.channels}), and for messages the value of {@code
   * messages.channel}. 2 to 20 letters; never changed, for it is stored.
   */
  String name();

  /**
   * Sends outside every transaction. Fails when the other side has not accepted it, unless the
   * answer says so. The same thing may be sent again, after a failure or when it was not known
   * whether it arrived: at least once.
   */
  Uni<A> send(T what);
}
