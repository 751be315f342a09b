package io.ordersystem.devstack.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FateTest {

  @Test
  void givesAnOrderAllOfItsLinesOrNothing() {
    assertThat(Fate.inSequence(Toy.northwind(), stock(Toy.northwind())))
        .isEqualTo(
            Map.of(
                101, Fate.CONFIRMED, // takes 7 of 10 breads
                102, Fate.OUT_OF_STOCK, // wants 4
                103, Fate.CONFIRMED, // takes the last 3 mackerels
                104, Fate.OUT_OF_STOCK, // never was any jelly
                105, Fate.CONFIRMED)); // takes the 3 breads that 102 did not get
  }

  @Test
  void confirmsAllWithEnoughStock() {
    var northwind = Toy.northwind();

    assertThat(Fate.inSequence(northwind, northwind.demand()).values())
        .containsOnly(Fate.CONFIRMED);
  }

  @Test
  void confirms95OfTheRealOrdersWhereTheirFilesAre() {
    // The files are no part of the project; say where they are with NORTHWIND_DIRECTORY.
    var directory = System.getenv("NORTHWIND_DIRECTORY");
    assumeThat(directory).isNotNull();
    assumeThat(Files.isDirectory(Path.of(directory))).isTrue();
    var northwind = NorthwindFiles.read(Path.of(directory));

    var fates = Fate.inSequence(northwind, stock(northwind));

    assertThat(fates).hasSize(830);
    assertThat(fates.values()).filteredOn(Fate.CONFIRMED::equals).hasSize(95);
    assertThat(northwind.orders()).filteredOn(order -> order.sellers().size() > 1).hasSize(681);
    assertThat(Fate.inSequence(northwind, northwind.demand()).values())
        .containsOnly(Fate.CONFIRMED);
  }

  private static Map<Integer, Integer> stock(Northwind northwind) {
    var stock = new TreeMap<Integer, Integer>();
    northwind.products().forEach(product -> stock.put(product.id(), product.unitsInStock()));
    return stock;
  }
}
