package io.ordersystem.devstack.rules.planted.untidy.cancellation;

import java.sql.SQLException;
import javax.sql.DataSource;

class BlockingSql {

  boolean open(DataSource source) throws SQLException {
    try (var connection = source.getConnection()) {
      return connection.isValid(1);
    }
  }
}
