package io.ordersystem.devstack.check;

import java.net.URI;

/**
 * What is checked.
 *
 * @param jdbcUrl the primary; a replica would judge the past
 * @param user a role that may read the schemas of all services, and nothing else
 * @param sandbox where the payment sandbox listens
 */
public record CheckTarget(String jdbcUrl, String user, String password, URI sandbox) {}
