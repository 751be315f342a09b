package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderRequest.Address;
import io.ordersystem.devstack.client.OrderRequest.Contact;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the Northwind layout. Refuses it as a whole at the first thing that does not fit. */
final class NorthwindFiles {
  /** What the order contract allows in one line and in one order. */
  private static final int MOST_UNITS = 10_000;

  private static final int MOST_LINES = 100;
  private static final int MOST_ID = 999_999_999;

  private final Path directory;
  private final Countries countries = new Countries();

  private NorthwindFiles(Path directory) {
    this.directory = directory;
  }

  static Northwind read(Path directory) {
    return new NorthwindFiles(directory).read();
  }

  private Northwind read() {
    var suppliers = suppliers();
    var products = products(suppliers.keySet());
    var lines = new HashMap<Integer, List<HistoricOrder.Line>>();
    var orders = orders(customers(), lines);
    readLines(products, lines);
    for (var order : orders) {
      if (order.lines().isEmpty()) {
        throw new InvalidCsv(
            "orders.csv: order %d has no line in order-details.csv".formatted(order.id()));
      }
    }
    var sellers = new TreeMap<String, String>();
    suppliers.forEach((id, language) -> sellers.put(Product.sellerId(id), language));
    return new Northwind(List.copyOf(products.values()), orders, sellers);
  }

  /** The language of each. */
  private Map<Integer, String> suppliers() {
    var suppliers = new HashMap<Integer, String>();
    CsvTable.read(
            directory,
            "suppliers.csv",
            List.of("supplierID"),
            row -> Map.entry(row, id(row, "supplierID")))
        .forEach(entry -> {
          var row = entry.getKey();
          boolean first = suppliers.put(entry.getValue(), countries.languageIn(row)) == null;
          refuseTwice(first, row, "supplierID");
        });
    return suppliers;
  }

  private TreeMap<Integer, Product> products(Set<Integer> suppliers) {
    var products = new TreeMap<Integer, Product>();
    var columns =
        List.of(
            "productID", "productName", "supplierID", "unitPrice", "unitsInStock", "reorderLevel");
    CsvTable.read(
            directory, "products.csv", columns, row -> Map.entry(row, product(row, suppliers)))
        .forEach(entry -> {
          var product = entry.getValue();
          refuseTwice(products.put(product.id(), product) == null, entry.getKey(), "productID");
        });
    return products;
  }

  private static Product product(Row row, Set<Integer> suppliers) {
    int supplier = id(row, "supplierID");
    if (!suppliers.contains(supplier)) {
      throw row.wrong("supplierID", "%d is not in suppliers.csv".formatted(supplier));
    }
    return new Product(
        id(row, "productID"),
        row.text("productName"),
        supplier,
        row.cents("unitPrice"),
        row.whole("unitsInStock", 0, MOST_ID),
        row.whole("reorderLevel", 0, MOST_ID));
  }

  private Map<String, Contact> customers() {
    var customers = new HashMap<String, Contact>();
    CsvTable.read(
            directory,
            "customers.csv",
            List.of("customerID", "contactName"),
            row -> Map.entry(row, row.identifier("customerID")))
        .forEach(entry -> {
          var id = entry.getValue();
          // The files hold no mail addresses; example.org can never be anybody's.
          var contact =
              new Contact(
                  entry.getKey().text("contactName"),
                  id.toLowerCase(Locale.ROOT) + "@example.org",
                  countries.languageIn(entry.getKey()));
          refuseTwice(customers.put(id, contact) == null, entry.getKey(), "customerID");
        });
    return customers;
  }

  private List<HistoricOrder> orders(
      Map<String, Contact> customers, Map<Integer, List<HistoricOrder.Line>> lines) {
    var columns =
        List.of(
            "orderID",
            "customerID",
            "freight",
            "shipName",
            "shipAddress",
            "shipCity",
            "shipRegion",
            "shipPostalCode",
            "shipCountry");
    var orders =
        CsvTable.read(directory, "orders.csv", columns, row -> order(row, customers, lines));
    return orders.stream().sorted(Comparator.comparingInt(HistoricOrder::id)).toList();
  }

  private HistoricOrder order(
      Row row, Map<String, Contact> customers, Map<Integer, List<HistoricOrder.Line>> lines) {
    int id = id(row, "orderID");
    var itsLines = new ArrayList<HistoricOrder.Line>();
    refuseTwice(lines.put(id, itsLines) == null, row, "orderID");
    var customer = row.identifier("customerID");
    var contact = customers.get(customer);
    if (contact == null) {
      throw row.wrong("customerID", "%s is not in customers.csv".formatted(customer));
    }
    var address =
        new Address(
            row.text("shipName"),
            row.text("shipAddress"),
            row.text("shipCity"),
            row.find("shipRegion").orElse(null),
            row.find("shipPostalCode").orElse(null),
            countries
                .codeOf(row.text("shipCountry"))
                .orElseThrow(() -> row.wrong("shipCountry", "is no country known by that name")));
    return new HistoricOrder(
        id,
        "customer-" + customer,
        contact,
        address,
        row.cents("freight"),
        row.findIfThere("shippedDate").isPresent(),
        itsLines);
  }

  private void readLines(
      Map<Integer, Product> products, Map<Integer, List<HistoricOrder.Line>> linesByOrder) {
    var columns = List.of("orderID", "productID", "unitPrice", "quantity", "discount");
    CsvTable.read(
            directory, "order-details.csv", columns, row -> Map.entry(row, line(row, products)))
        .forEach(entry -> {
          var row = entry.getKey();
          var lines = linesByOrder.get(id(row, "orderID"));
          if (lines == null) {
            throw row.wrong("orderID", "is not in orders.csv");
          }
          add(row, entry.getValue(), lines);
        });
  }

  private static HistoricOrder.Line line(Row row, Map<Integer, Product> products) {
    int productId = id(row, "productID");
    var product = products.get(productId);
    if (product == null) {
      throw row.wrong("productID", "%d is not in products.csv".formatted(productId));
    }
    return new HistoricOrder.Line(
        product,
        row.cents("unitPrice"),
        row.whole("quantity", 1, MOST_UNITS),
        row.fraction("discount"));
  }

  private static void add(Row row, HistoricOrder.Line line, List<HistoricOrder.Line> lines) {
    // The system merges equal lines, so a second one could not be compared with anything.
    boolean first = lines.stream().noneMatch(other -> other.product().equals(line.product()));
    refuseTwice(first, row, "productID");
    if (lines.size() == MOST_LINES) {
      throw row.wrong("orderID", "has more than %d lines".formatted(MOST_LINES));
    }
    lines.add(line);
  }

  private static int id(Row row, String column) {
    return row.whole(column, 0, MOST_ID);
  }

  private static void refuseTwice(boolean first, Row row, String column) {
    if (!first) {
      throw row.wrong(column, "is there twice");
    }
  }
}
