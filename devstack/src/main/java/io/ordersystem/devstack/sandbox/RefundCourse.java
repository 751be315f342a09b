package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RefundStatus.FAILED;
import static io.ordersystem.devstack.sandbox.RefundStatus.PENDING;
import static io.ordersystem.devstack.sandbox.RefundStatus.SUCCEEDED;

/** How a refund goes: as what it begins and, some time later, ends. */
enum RefundCourse {
  SUCCEEDS(SUCCEEDED, SUCCEEDED),
  SUCCEEDS_LATER(PENDING, SUCCEEDED),
  /** The merchant was told of success, and then the card's bank sent the money back. */
  FAILS_AFTER_SUCCESS(SUCCEEDED, FAILED),
  FAILS_LATER(PENDING, FAILED);

  private final RefundStatus first;
  private final RefundStatus last;

  RefundCourse(RefundStatus first, RefundStatus last) {
    this.first = first;
    this.last = last;
  }

  RefundStatus first() {
    return first;
  }

  RefundStatus last() {
    return last;
  }

  /** Whether its end is a step of its own. */
  boolean endsLater() {
    return first != last;
  }
}
