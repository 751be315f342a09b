package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/** A server that is read from. */
interface Server {
  /**
   * Runs a reading on one connection.
   *
   * @param located whether to ask the same connection first how far it is
   */
  <T> Uni<Located<T>> read(boolean located, Function<Statements, Uni<T>> reading);
}
