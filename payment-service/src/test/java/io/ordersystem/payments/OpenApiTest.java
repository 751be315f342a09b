package io.ordersystem.payments;

import io.ordersystem.devstack.testing.CheckedInOpenApi;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URL;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiTest {
  @TestHTTPResource(value = "/openapi", management = true)
  URL served;

  @Test
  void theCheckedInContractIsTheOneThatIsServed() {
    CheckedInOpenApi.requireSame("payment-service", served);
  }
}
