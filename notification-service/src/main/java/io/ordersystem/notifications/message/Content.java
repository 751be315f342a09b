package io.ordersystem.notifications.message;

/** What a message tells, as it was when that happened; kept as JSON. */
public sealed interface Content permits OrderContent, EndpointContent {}
