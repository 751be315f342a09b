package io.ordersystem.devstack.check;

import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is checked.
 *
 * @param database the primary, which a replica's past would misjudge, as a role that may read the
 *     schemas of all services, and nothing else
 * @param sandbox where the payment sandbox listens; null where there is another provider, and then
 *     what asks it is left out
 */
public record CheckTarget(ReadOnlyLogin database, @Nullable URI sandbox) {}
