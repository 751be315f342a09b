package io.ordersystem.devstack.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NorthwindFilesTest {
  @TempDir Path directory;

  @Test
  void readsProductsAndOrdersById() throws IOException {
    Toy.copyTo(directory);
    var northwind = NorthwindFiles.read(directory);

    assertThat(northwind.orders())
        .extracting(HistoricOrder::id)
        .containsExactly(101, 102, 103, 104, 105);
    assertThat(northwind.products().get(2))
        .isEqualTo(new Product(3, "Apple juice, cloudy", 3, 310, 40, 10));
    var first = northwind.orders().getFirst();
    assertThat(first.customerId()).isEqualTo("customer-NOORD");
    assertThat(first.contact().email()).isEqualTo("noord@example.org");
    assertThat(first.address().postalCode()).isNull();
    assertThat(first.address().country()).isEqualTo("IE");
    assertThat(northwind.orders().get(1).address().name()).isEqualTo("Bergan \"Store\"");
    assertThat(northwind.orders().getLast().address().country()).isEqualTo("US");
    assertThat(first.contact().locale()).isEqualTo("en");
    assertThat(northwind.sellers())
        .isEqualTo(Map.of("supplier-1", "en", "supplier-2", "en", "supplier-3", "de"));
    assertThat(northwind.demand()).containsEntry(1, 14).containsEntry(2, 5);
  }

  @Test
  void roundsTheDiscountHalfUpToTheCentOncePerLine() throws IOException {
    Toy.copyTo(directory);
    var first = NorthwindFiles.read(directory).orders().getFirst();

    // 7 x 4.10 x 0.05 = 1.435
    assertThat(first.lines().getFirst().discountAmount()).isEqualTo(144);
    assertThat(first.totalAmount()).isEqualTo(2870 + 2450 - 144 + 777);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "orders.csv|7.77|7,77|orders.csv, line 3: has 10 columns, the header has 9",
        "orders.csv|7.77|7.775|orders.csv, line 3, column freight: '7.775' is not a whole number of cents",
        "orders.csv|7.77|-7.77|orders.csv, line 3, column freight: '-7.77' is not an amount from 0 to 1000000000",
        "orders.csv|7.77|NULL|orders.csv, line 3, column freight: is absent",
        "orders.csv|5003,USA|5003,Utopia|orders.csv, line 6, column shipCountry: is no country known by that name",
        "orders.csv|101,NOORD|103,NOORD|orders.csv, line 3, column orderID: is there twice",
        "orders.csv|101,NOORD|101,NOBODY|orders.csv, line 3, column customerID: NOBODY is not in customers.csv",
        "orders.csv|101,NOORD|101,NO/RD|orders.csv, line 3, column customerID: 'NO/RD' is not 1 to 50 of A-Z a-z 0-9 . _ : -",
        "orders.csv|freight|postage|orders.csv, line 1: has no column freight",
        "orders.csv|\"\"Store\"\"\"|\"\"Store\"\"\"x|orders.csv, line 4: is no CSV",
        "order-details.csv|101,1,4.10,7|101,1,4.10,0|order-details.csv, line 2, column quantity: '0' is not a whole number from 1 to 10000",
        "order-details.csv|101,1,4.10,7|101,1,four,7|order-details.csv, line 2, column unitPrice: 'four' is not a decimal number",
        "order-details.csv|7,0.05|7,1.05|order-details.csv, line 2, column discount: '1.05' is not from 0 to 1",
        "order-details.csv|101,2,|101,9,|order-details.csv, line 3, column productID: 9 is not in products.csv",
        "order-details.csv|101,2,|101,1,|order-details.csv, line 3, column productID: is there twice",
        "order-details.csv|105,|106,|order-details.csv, line 8, column orderID: is not in orders.csv",
        "order-details.csv|105,|104,|orders.csv: order 105 has no line in order-details.csv",
        "products.csv|mackerel,2|mackerel,7|products.csv, line 3, column supplierID: 7 is not in suppliers.csv",
        "customers.csv|Mila de Vries|NULL|customers.csv, line 2, column contactName: is absent",
      })
  void saysWhereAFileIsWrong(String file, String right, String wrong, String message)
      throws IOException {
    Toy.copyTo(directory);
    var path = directory.resolve(file);
    var content = Files.readString(path);
    assertThat(content).contains(right);
    Files.writeString(path, content.replace(right, wrong));

    assertThatThrownBy(() -> NorthwindFiles.read(directory))
        .isInstanceOf(InvalidCsv.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Toy.copyTo(directory);
    Files.delete(directory.resolve("products.csv"));

    assertThatThrownBy(() -> NorthwindFiles.read(directory))
        .isInstanceOf(InvalidCsv.class)
        .hasMessageStartingWith("products.csv is missing in ");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Toy.copyTo(directory);
    Files.write(directory.resolve("suppliers.csv"), new byte[] {'a', (byte) 0xE9, '\n'});

    assertThatThrownBy(() -> NorthwindFiles.read(directory))
        .isInstanceOf(InvalidCsv.class)
        .hasMessageStartingWith("suppliers.csv cannot be read as CSV");
  }
}
