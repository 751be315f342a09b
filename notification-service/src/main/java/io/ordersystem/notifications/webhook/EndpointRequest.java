package io.ordersystem.notifications.webhook;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new endpoint.
 *
 * @param url https, and public: private addresses are refused now and at each post
 * @param eventTypes CloudEvents types, as on Kafka
 * @param sellerId only for operators: the endpoint becomes that seller's; a seller's own are always
 *     its own
 * @param ordered whether the events of one order, or one offer, come one after the other: a later
 *     one waits until an earlier one was delivered or has failed for good
 */
record EndpointRequest(
    @NotNull @Size(min = 1, max = 2048) String url,
    @NotNull @Size(min = 1, max = 100) List<@NotNull String> eventTypes,
    @Nullable @Size(max = 500) String description,
    @Nullable @Pattern(regexp = "[A-Za-z0-9._:-]{1,64}") String sellerId,
    @Nullable Boolean ordered) {}
