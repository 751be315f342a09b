package io.ordersystem.devstack.testing;

import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.restassured.specification.RequestSpecification;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Requests to the service under test by one client that, as any client may, sends the newest {@code
 * Consistency-Token} back: what a test has written it reads, though a replica answers.
 */
public final class TestRequests {
  private static final String TOKEN = "Consistency-Token";
  private static final AtomicReference<String> NEWEST = new AtomicReference<>("none");
  private static final Filter CARRIES_TOKEN = TestRequests::carry;

  private TestRequests() {}

  /** A request with JSON and a bearer token. */
  public static RequestSpecification as(String token) {
    return RestAssured.given()
        .filter(CARRIES_TOKEN)
        .auth()
        .oauth2(token)
        .contentType("application/json");
  }

  /** The same as a client that has written nothing yet. */
  public static RequestSpecification stranger(String token) {
    return RestAssured.given().auth().oauth2(token).contentType("application/json");
  }

  private static Response carry(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    if (!request.getHeaders().hasHeaderWithName(TOKEN)) {
      request.header(TOKEN, NEWEST.get());
    }
    Response response = context.next(request, expected);
    String token = response.getHeader(TOKEN);
    if (token != null) {
      NEWEST.set(token);
    }
    return response;
  }
}
