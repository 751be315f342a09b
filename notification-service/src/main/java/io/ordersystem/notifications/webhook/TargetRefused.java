package io.ordersystem.notifications.webhook;

/** A webhook's URL is none that may be called. */
final class TargetRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  TargetRefused(String reason) {
    super("the webhook's URL " + reason, null, false, false);
    this.reason = reason;
  }

  /**
   * What the caller is told, as what follows "the URL". Never says to which address a name
   * resolves: that would tell an outsider what the names of our network are.
   */
  String reason() {
    return reason;
  }
}
