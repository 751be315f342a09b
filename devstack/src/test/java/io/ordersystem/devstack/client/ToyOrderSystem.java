package io.ordersystem.devstack.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of the REST contract that the commands use, in memory and decided at once, so that they
 * can be tested without the system. Faults are planted by changing answers on their way out.
 */
public final class ToyOrderSystem implements AutoCloseable {
  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpServer server;
  private final Map<String, ObjectNode> offers = new TreeMap<>();
  private final Map<String, ObjectNode> orders = new LinkedHashMap<>();
  private Consumer<ObjectNode> orderFault = order -> {};
  private Consumer<ObjectNode> offerFault = offer -> {};
  private boolean hintsSoldOut;

  public ToyOrderSystem() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Orders are answered with this done to them. */
  public ToyOrderSystem plantInOrders(Consumer<ObjectNode> fault) {
    orderFault = fault;
    return this;
  }

  /** Offers are answered with this done to them. */
  public ToyOrderSystem plantInOffers(Consumer<ObjectNode> fault) {
    offerFault = fault;
    return this;
  }

  /** Orders without stock are refused with 409, instead of taken and cancelled. */
  public ToyOrderSystem hintingSoldOut() {
    hintsSoldOut = true;
    return this;
  }

  public synchronized int numberOfOrders() {
    return orders.size();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath().split("/");
      var input = exchange.getRequestBody().readAllBytes();
      var body = input.length == 0 ? mapper.createObjectNode() : mapper.readTree(input);
      if (path[2].equals("orders")) {
        if (exchange.getRequestMethod().equals("POST")) {
          place(exchange, body);
        } else {
          send(exchange, 200, faulty(known(orders, path[3]), orderFault));
        }
      } else {
        stock(exchange, path, body);
      }
    }
  }

  private void stock(HttpExchange exchange, String[] path, JsonNode body) throws IOException {
    var key = path[3] + "|" + path[5];
    var offer = offers.get(key);
    if (path.length > 6) {
      move(known(offers, key), body.get("quantity").intValue(), 0);
      send(exchange, 201, mapper.createObjectNode());
    } else if (exchange.getRequestMethod().equals("PUT")) {
      if (offer == null) {
        offer = (ObjectNode) body.deepCopy();
        offer.put("variantId", path[3]).put("sellerId", path[5]).put("reserved", 0);
        offer.put("available", body.get("onHand").intValue());
        offers.put(key, offer);
      }
      send(exchange, 200, faulty(offer, offerFault));
    } else if (offer == null) {
      send(exchange, 404, mapper.createObjectNode().put("code", "not-found"));
    } else {
      send(exchange, 200, faulty(offer, offerFault));
    }
  }

  private static ObjectNode known(Map<String, ObjectNode> nodes, String key) {
    return Objects.requireNonNull(nodes.get(key), key);
  }

  private static void move(ObjectNode offer, int onHand, int reserved) {
    offer.put("onHand", offer.get("onHand").intValue() + onHand);
    offer.put("reserved", offer.get("reserved").intValue() + reserved);
    offer.put("available", offer.get("onHand").intValue() - offer.get("reserved").intValue());
  }

  private void place(HttpExchange exchange, JsonNode body) throws IOException {
    boolean fits = true;
    for (var line : body.get("items")) {
      fits &= offer(line).get("available").intValue() >= line.get("quantity").intValue();
    }
    if (!fits && hintsSoldOut) {
      send(exchange, 409, mapper.createObjectNode().put("code", "insufficient-stock"));
      return;
    }
    var card = body.path("paymentMethod").asText();
    var order = order(body);
    if (!fits) {
      end(order, "CANCELLED", "NONE", "OUT_OF_STOCK");
    } else if (card.equals("pm_card_chargeDeclined")) {
      end(order, "CANCELLED", "FAILED", "PAYMENT_DECLINED");
    } else {
      body.get("items").forEach(line -> move(offer(line), 0, line.get("quantity").intValue()));
      boolean asks = card.equals("pm_card_authenticationRequired");
      end(order, asks ? "PENDING" : "CONFIRMED", asks ? "REQUIRES_ACTION" : "AUTHORIZED", null);
    }
    orders.put(order.get("id").asText(), order);
    send(exchange, 201, faulty(order, orderFault));
  }

  private ObjectNode offer(JsonNode line) {
    return known(offers, line.get("variantId").asText() + "|" + line.get("sellerId").asText());
  }

  private static void end(
      ObjectNode order, String status, String payment, @Nullable String reason) {
    order.put("status", status).put("paymentStatus", payment).put("cancelReason", reason);
    order.get("children").forEach(child -> end((ObjectNode) child, status, payment, reason));
  }

  /** The whole shipping goes to the first line: any apportionment that adds up will do. */
  private ObjectNode order(JsonNode body) {
    var bySeller = new LinkedHashMap<String, ArrayNode>();
    long shipping = body.path("shippingAmount").longValue();
    for (var line : body.get("items")) {
      var item = (ObjectNode) line.deepCopy();
      long price =
          line.has("unitPrice")
              ? line.get("unitPrice").longValue()
              : offer(line).get("unitPrice").longValue();
      item.put("unitPrice", price).put("shippingAmount", shipping).put("taxAmount", 0);
      long amount = price * line.get("quantity").longValue();
      item.put("totalPrice", amount - line.path("discountAmount").longValue() + shipping);
      shipping = 0;
      bySeller
          .computeIfAbsent(line.get("sellerId").asText(), seller -> mapper.createArrayNode())
          .add(item);
    }
    var parts = mapper.createArrayNode();
    bySeller.forEach((seller, items) -> parts.add(part(body, items).put("sellerId", seller)));
    if (parts.size() == 1) {
      return (ObjectNode) parts.get(0);
    }
    var parent = part(body, mapper.createArrayNode()).put("isSplit", true);
    parent.set("children", parts);
    for (var amount :
        new String[] {"itemsAmount", "discountAmount", "shippingAmount", "totalAmount"}) {
      long sum = 0;
      for (var part : parts) {
        sum += part.get(amount).longValue();
      }
      parent.put(amount, sum);
    }
    return parent;
  }

  private ObjectNode part(JsonNode body, ArrayNode items) {
    var order = mapper.createObjectNode();
    var id = "order-" + (orders.size() + 1);
    order.put("id", id).put("orderNumber", "T-" + id).put("isSplit", false);
    order.put("customerId", body.get("customerId").asText());
    order.put("currency", body.path("currency").asText("EUR"));
    long amount = 0;
    long discount = 0;
    long shipping = 0;
    for (var item : items) {
      amount += item.get("unitPrice").longValue() * item.get("quantity").longValue();
      discount += item.path("discountAmount").longValue();
      shipping += item.get("shippingAmount").longValue();
    }
    order.put("itemsAmount", amount).put("discountAmount", discount);
    order.put("shippingAmount", shipping).put("taxAmount", 0);
    order.put("totalAmount", amount - discount + shipping);
    order.putArray("children");
    order.set("items", items);
    return order;
  }

  private static ObjectNode faulty(ObjectNode healthy, Consumer<ObjectNode> fault) {
    var answer = healthy.deepCopy();
    fault.accept(answer);
    return answer;
  }

  private void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    var bytes = mapper.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
