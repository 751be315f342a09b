package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/**
 * A reading by keys whose statements each name the very partition they read. PostgreSQL keeps one
 * plan for each of them, by their indexes, whatever the statistics of a new and still empty
 * partition say. A statement on a partitioned table would here lock all of its partitions.
 */
public record KeyedReading<T>(Function<Statements, Uni<T>> reading)
    implements Function<Statements, Uni<T>> {
  @Override
  public Uni<T> apply(Statements statements) {
    return reading.apply(statements);
  }
}
