package io.ordersystem.devstack.sandbox;

import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and checks the parameters of requests about payment intents. */
final class IntentRequests {
  /** Stripe takes amounts of eight digits. */
  private static final long MAX_AMOUNT = 99_999_999;

  /** Stripe's least charge, where it is more than one minor unit. */
  private static final Map<String, Long> LEAST =
      Map.of(
          "usd", 50L, "eur", 50L, "chf", 50L, "cad", 50L, "aud", 50L, "gbp", 30L, "jpy", 50L, "dkk",
          250L, "nok", 300L, "sek", 300L);

  private static final Set<String> CURRENCIES =
      Currency.availableCurrencies()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .map(currency -> currency.getCurrencyCode().toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private static final String MULTICAPTURE = "payment_method_options[card][request_multicapture]";

  private IntentRequests() {}

  static NewIntent create(Params params) {
    params.required("amount");
    var currency = currency(params.required("currency"));
    return new NewIntent(
        amount(params, currency),
        currency,
        params.choice(
            "capture_method",
            CaptureMethod.AUTOMATIC_ASYNC,
            CaptureMethod::wire,
            CaptureMethod.values()),
        "if_available".equals(params.oneOf(MULTICAPTURE, "if_available", "never")),
        params.metadata(),
        params.text("description"),
        params.text("transfer_group"),
        paymentMethod(params),
        params.text("return_url"));
  }

  /** What a sandbox may take and not act upon: appearance, and choices there is only one of. */
  static void acceptHarmless(Params params) {
    params.ignore(
        "automatic_payment_methods[",
        "payment_method_types[",
        "payment_method_options[card][request_three_d_secure]",
        "confirmation_method",
        "off_session",
        "receipt_email",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "use_stripe_sdk");
  }

  private static String currency(String value) {
    var currency = value.toLowerCase(Locale.ROOT);
    if (!CURRENCIES.contains(currency)) {
      throw StripeErrors.invalid(
          null, "currency", "Invalid currency: it must be an ISO 4217 code such as eur.");
    }
    return currency;
  }

  private static long amount(Params params, String currency) {
    var amount = params.integer("amount", 1, Long.MAX_VALUE);
    if (amount == null) {
      throw StripeErrors.missing("amount");
    }
    long least = LEAST.getOrDefault(currency, 1L);
    if (amount < least) {
      throw StripeErrors.invalid(
          "amount_too_small",
          "amount",
          "Amount must be at least %d %s (minor units).".formatted(least, currency));
    }
    if (amount > MAX_AMOUNT) {
      throw StripeErrors.invalid(
          "amount_too_large",
          "amount",
          "Amount must be no more than %d %s (minor units).".formatted(MAX_AMOUNT, currency));
    }
    return amount;
  }

  static @Nullable String paymentMethod(Params params) {
    var method = params.text("payment_method");
    if (method != null && TestCard.find(method).isEmpty()) {
      throw StripeErrors.noSuch(
          400,
          "PaymentMethod",
          method.length() <= 80 ? method : method.substring(0, 80) + "...",
          "payment_method");
    }
    return method;
  }

  static @Nullable Long amountToCapture(Params params) {
    return params.integer("amount_to_capture", 0, MAX_AMOUNT);
  }

  static @Nullable Long amountToRefund(Params params) {
    return params.integer("amount", 1, MAX_AMOUNT);
  }

  static @Nullable String cancellationReason(Params params) {
    return params.oneOf(
        "cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
  }

  static @Nullable String refundReason(Params params) {
    return params.oneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
  }
}
