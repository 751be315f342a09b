package io.ordersystem.devstack.data;

import io.ordersystem.devstack.data.MadeOrder.Line;
import java.util.List;

/** What lines come to, in cents. */
record Amounts(long goods, long discount, long shipping, long total) {
  static Amounts of(List<Line> lines) {
    return new Amounts(
        MadeOrder.sum(lines, Line::goods),
        MadeOrder.sum(lines, Line::discount),
        MadeOrder.sum(lines, Line::shipping),
        MadeOrder.sum(lines, Line::total));
  }
}
