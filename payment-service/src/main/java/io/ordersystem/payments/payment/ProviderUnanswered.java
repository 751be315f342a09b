package io.ordersystem.payments.payment;

/**
 * The provider did not answer, or only that it is not well: it may have done what it was asked for.
 * Never to be read as a refusal.
 */
public final class ProviderUnanswered extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProviderUnanswered(String reason, Throwable cause) {
    super(reason, cause);
  }
}
