package io.ordersystem.devstack.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A directory in the Northwind layout with nobody in it whom another run knows: for a system that
 * holds other orders, too. Names that HTML must escape, amounts of all lengths, both languages.
 */
final class MadeNorthwind {
  private static final int IDS_OF_A_RUN = 1_000;
  private static final int RUNS = 900_000;

  private MadeNorthwind() {}

  /**
   * Writes the files.
   *
   * @param run names the customers
   */
  static void write(Path directory, String run, int orders) throws IOException {
    int first = Math.floorMod(System.nanoTime(), RUNS) * IDS_OF_A_RUN;
    var customers = new StringBuilder("customerID,contactName,country\n");
    customers.append(run).append("-a,Jürgen Groß,Germany\n");
    customers.append(run).append("-b,Siobhan O'Neill & Co,Ireland\n");
    customers.append(run).append("-c,Ursula Nägeli,Switzerland\n");
    Files.writeString(directory.resolve("customers.csv"), customers);
    var suppliers = new StringBuilder("supplierID,country\n");
    var products =
        new StringBuilder("productID,productName,supplierID,unitPrice,unitsInStock,reorderLevel\n");
    for (int i = 0; i < 3; i++) {
      suppliers.append("%d,%s%n".formatted(first + i, i == 0 ? "Austria" : "Norway"));
      products.append("%d,Käse Nr. %d,%d,4.10,10,0%n".formatted(first + i, i, first + i));
    }
    products.append(
        "%d,\"Bob's \"\"Best\"\" Pears & <Plums>\",%d,617.25,10,0%n".formatted(first + 3, first));
    Files.writeString(directory.resolve("suppliers.csv"), suppliers);
    Files.writeString(directory.resolve("products.csv"), products);
    writeOrders(directory, run, first, orders);
  }

  /** Of one seller to three each; every fifth was not shipped. */
  private static void writeOrders(Path directory, String run, int first, int orders)
      throws IOException {
    var heads =
        new StringBuilder(
            "orderID,customerID,shippedDate,freight,shipName,shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry\n");
    var lines = new StringBuilder("orderID,productID,unitPrice,quantity,discount\n");
    for (int i = 0; i < orders; i++) {
      int id = first + i;
      heads.append(
          String.format(
              Locale.ROOT,
              "%d,%s-%s,%s,%d.%02d,Somebody,1 Quay Street,Cork,NULL,NULL,Ireland%n",
              id,
              run,
              "abc".charAt(i % 3),
              i % 5 == 4 ? "NULL" : "1996-07-16",
              i % 4 * 7,
              i));
      for (int product = 0; product <= i % 4; product++) {
        String price = product == 3 ? "617.25" : "4.10";
        String discount = product == 1 ? "0.05" : "0";
        lines.append("%d,%d,%s,%d,%s%n".formatted(id, first + product, price, 1 + i % 7, discount));
      }
    }
    Files.writeString(directory.resolve("orders.csv"), heads);
    Files.writeString(directory.resolve("order-details.csv"), lines);
  }
}
