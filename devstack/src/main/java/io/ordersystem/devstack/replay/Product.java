package io.ordersystem.devstack.replay;

/**
 * What a supplier sells; the list price in cents. In our words: an offer of a variant by a seller.
 */
record Product(
    int id, String name, int supplierId, long unitPrice, int unitsInStock, int reorderLevel) {

  String variantId() {
    return "product-" + id;
  }

  static String sellerId(int supplierId) {
    return "supplier-" + supplierId;
  }

  String sellerId() {
    return sellerId(supplierId);
  }
}
