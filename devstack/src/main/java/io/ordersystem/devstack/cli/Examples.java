package io.ordersystem.devstack.cli;

import io.ordersystem.devstack.stack.LocalPort;

/** Calls that work as typed, in the directory of the checkout. */
final class Examples {
  private Examples() {}

  static String offer() {
    return """
    curl -s -X PUT %s/api/inventory/tea/sellers/seller-1 \\
      -H "Authorization: Bearer $(./order-system token --role seller --subject ada --seller seller-1)" \\
      -H 'Content-Type: application/json' \\
      -d '{"name": "Tea", "unitPrice": 1999, "currency": "EUR", "onHand": 1000}'
    """
        .formatted(LocalPort.GATEWAY.url());
  }

  static String order() {
    return """
    curl -s -X POST %s/api/orders \\
      -H "Authorization: Bearer $(./order-system token --role customer --subject customer-123)" \\
      -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\
      -d '{"customerId": "customer-123", "items": [{"variantId": "tea", "quantity": 1}]}'
    """
        .formatted(LocalPort.GATEWAY.url());
  }
}
