package io.ordersystem.devstack.data;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads that begin, end and are given up together. */
final class Loads implements AutoCloseable {
  private final List<Load> loads = new ArrayList<>();

  Load add(Load load) {
    loads.add(load);
    return load;
  }

  void end() throws SQLException {
    for (Load load : loads) {
      load.end();
    }
  }

  void commit() throws SQLException {
    for (Load load : loads) {
      load.commit();
    }
  }

  @Override
  public void close() throws SQLException {
    SQLException failure = null;
    for (Load load : loads) {
      failure = closed(load, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable SQLException closed(Load load, @Nullable SQLException before) {
    try {
      load.close();
      return before;
    } catch (SQLException e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
