package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * How an intent is to be confirmed.
 *
 * @param paymentMethod replaces the one of the intent
 * @param errorOnRequiresAction refuse a card that asks for its holder instead of waiting for them
 * @param declineAnyway a planted fault: the card is declined whatever it is
 */
record Confirmation(
    @Nullable String paymentMethod,
    @Nullable String returnUrl,
    boolean errorOnRequiresAction,
    boolean declineAnyway) {}
