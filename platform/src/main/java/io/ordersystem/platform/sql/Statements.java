package io.ordersystem.platform.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import org.jspecify.annotations.Nullable;

/** Somewhere that statements run: a transaction, or a connection that is read from. */
@FunctionalInterface
public interface Statements {
  /** Runs one prepared statement; parameters are {@code $1}, {@code $2} ... */
  Uni<RowSet<Row>> query(String sql, @Nullable Object... parameters);
}
