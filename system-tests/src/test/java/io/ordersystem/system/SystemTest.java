package io.ordersystem.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.LocalPort;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The short form of the proofs: one system, started once, shown, crashed, and checked. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Path STATE = Path.of("target", "system").toAbsolutePath();
  private static final CommandLine SYSTEM = new CommandLine(STATE);

  @BeforeAll
  static void begin() throws Exception {
    SYSTEM.run("down", "--wipe");
  }

  @AfterAll
  static void end() throws Exception {
    SYSTEM.run("down", "--wipe");
  }

  @Test
  @Order(1)
  void namesAPortThatSomebodyElseHasBeforeAnythingStarts() throws Exception {
    int port = SYSTEM.port(LocalPort.GATEWAY);
    try (var foreign = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      var outcome = SYSTEM.run("up");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.output())
          .contains("port " + foreign.getLocalPort() + " (edge) is taken by pid")
          .contains("ORDER_SYSTEM_GATEWAY_PORT");
    }
    assertThat(Ports.answers(SYSTEM.port(LocalPort.POSTGRES))).isFalse();
  }

  @Test
  @Order(2)
  void aSecondUpFollowsALauncherThatWasKilled() throws Exception {
    Path output = Files.createTempFile("killed", ".out");
    Process launcher = SYSTEM.start(output, "up");
    await().atMost(SOON).until(() -> Ports.answers(SYSTEM.port(LocalPort.KAFKA)));
    launcher.destroyForcibly();
    var outcome = SYSTEM.run("up");
    assertThat(outcome.output()).contains("Ready after", "curl");
    assertThat(outcome.status()).isZero();
  }

  @Test
  @Order(3)
  void theDemoEndsWithEveryOrderAsExpectedAndCleanBooks() throws Exception {
    var outcome = SYSTEM.run("demo");
    assertThat(outcome.output())
        .contains("every order is in its expected state", "invariants hold")
        .contains("PAYMENT_DECLINED", "insufficient-stock", "REQUIRES_ACTION");
    assertThat(outcome.status()).isZero();
  }

  @Test
  @Order(4)
  void losesNothingWhenServicesAreKilledInTheMiddle() throws Exception {
    offer("crash-tea", 1000);
    List<String> orders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      orders.add(place("crash-tea"));
      if (i == 5) {
        SYSTEM.run("kill", "inventory");
      }
      if (i == 10) {
        SYSTEM.run("kill", "payment");
      }
    }
    SYSTEM.run("kill", "order");
    assertThat(SYSTEM.run("up").status()).isZero();
    for (String order : orders) {
      await().atMost(SOON).until(() -> status(order).equals("CONFIRMED"));
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(SYSTEM.run("check").output()).contains("invariants hold"));
  }

  @Test
  @Order(5)
  void theGatewayRefusesInTheSameShapeAsTheServices() throws Exception {
    gateway().get("/elsewhere").then().statusCode(404).contentType("application/problem+json");
    gateway()
        .contentType("application/json")
        .body("x".repeat(1024 * 1024 + 1))
        .post("/api/orders")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
    SYSTEM.run("stop", "notification");
    as("operator", "op")
        .get("/api/notifications")
        .then()
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", "2");
    assertThat(SYSTEM.run("status").status()).isEqualTo(1);
    assertThat(SYSTEM.run("start", "notification").status()).isZero();
    assertThat(SYSTEM.run("status").status()).isZero();
  }

  @Test
  @Order(6)
  void printsATokenAndNothingElseAndRefusesWrongCalls() throws Exception {
    var token = SYSTEM.run("token", "--role", "customer", "--subject", "c1");
    assertThat(token.output().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    assertThat(SYSTEM.run("token", "--role", "king", "--subject", "c1").status()).isNotZero();
    assertThat(SYSTEM.run("start", "nothing").status()).isEqualTo(2);
    assertThat(SYSTEM.run("fly").status()).isEqualTo(2);
  }

  private static void offer(String variant, int onHand) throws Exception {
    as("operator", "op")
        .body(
            "{\"name\": \"Tea\", \"unitPrice\": 500, \"currency\": \"EUR\", \"onHand\": %d}"
                .formatted(onHand))
        .put("/api/inventory/" + variant + "/sellers/s1")
        .then()
        .statusCode(201);
  }

  private static String place(String variant) throws Exception {
    return as("customer", "c1")
        .body(
            "{\"customerId\": \"c1\", \"items\": [{\"variantId\": \"%s\", \"quantity\": 1}], \"contact\": {\"email\": \"c1@example.org\"}}"
                .formatted(variant))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static String status(String order) throws Exception {
    return as("customer", "c1").get("/api/orders/" + order).path("status");
  }

  private static RequestSpecification as(String role, String subject)
      throws IOException, InterruptedException {
    String token = SYSTEM.run("token", "--role", role, "--subject", subject).output().strip();
    return gateway().auth().oauth2(token).contentType("application/json");
  }

  private static RequestSpecification gateway() {
    return given().baseUri("http://127.0.0.1").port(SYSTEM.port(LocalPort.GATEWAY));
  }
}
