package io.ordersystem.platform.cache;

import io.vertx.core.buffer.Buffer;

/** A value and the version of what it was read from. */
public record Versioned(Version version, Buffer value) {}
