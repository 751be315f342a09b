package io.ordersystem.platform.problem;

/**
 * A kind of refusal: what callers may build on.
 *
 * @param status the HTTP status
 * @param code stable, kebab-case
 * @param title one short sentence, the same for every occurrence
 */
public record ProblemType(int status, String code, String title) {
  public static final ProblemType MALFORMED =
      new ProblemType(400, "malformed-request", "The request cannot be read");
  public static final ProblemType UNAUTHENTICATED =
      new ProblemType(401, "unauthenticated", "A valid bearer token is needed");
  public static final ProblemType FORBIDDEN =
      new ProblemType(403, "forbidden", "The caller's role does not allow this");
  public static final ProblemType NOT_FOUND =
      new ProblemType(404, "not-found", "There is no such resource");
  public static final ProblemType CONCURRENT_UPDATE =
      new ProblemType(409, "concurrent-update", "Somebody else changed this at the same moment");
  public static final ProblemType ILLEGAL_TRANSITION =
      new ProblemType(409, "illegal-transition", "The current state does not allow this");
  public static final ProblemType KEY_IN_USE =
      new ProblemType(409, "idempotency-key-in-use", "The first request is still running");
  public static final ProblemType VERSION_MISMATCH =
      new ProblemType(412, "version-mismatch", "The resource has another version");
  public static final ProblemType VALIDATION_FAILED =
      new ProblemType(422, "validation-failed", "The request has invalid values");
  public static final ProblemType INVALID_CURSOR =
      new ProblemType(422, "invalid-cursor", "The cursor does not belong to this query");
  public static final ProblemType KEY_REUSED =
      new ProblemType(422, "idempotency-key-reused", "The key was used for another request");
  public static final ProblemType CARD_NUMBER =
      new ProblemType(422, "card-number-not-allowed", "A text must not hold a card number");
  public static final ProblemType INTERNAL =
      new ProblemType(500, "internal-error", "Something went wrong on our side");
  public static final ProblemType UNAVAILABLE =
      new ProblemType(503, "service-unavailable", "A dependency is away; try again");

  /** A stable name of the kind; not a place to fetch. */
  public String uri() {
    return "urn:io.ordersystem:problem:" + code;
  }
}
