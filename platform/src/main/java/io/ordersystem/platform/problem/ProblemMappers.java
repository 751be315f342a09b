package io.ordersystem.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.sql.CommitUnknown;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.logging.Log;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The only place that turns failures into HTTP. Every error answer has this one shape. */
public class ProblemMappers {
  /** How long a caller should wait before it asks a dependency of ours again, in seconds. */
  private static final String RETRY_AFTER = "2";

  private static final Map<Integer, ProblemType> PLAIN =
      Map.of(
          400,
          ProblemType.MALFORMED,
          401,
          ProblemType.UNAUTHENTICATED,
          403,
          ProblemType.FORBIDDEN,
          404,
          ProblemType.NOT_FOUND,
          405,
          new ProblemType(405, "method-not-allowed", "The resource has no such method"),
          406,
          new ProblemType(406, "not-acceptable", "No representation has that media type"),
          413,
          new ProblemType(413, "content-too-large", "The body is over 1 MiB"),
          415,
          new ProblemType(415, "unsupported-media-type", "The body must be JSON"));

  @ServerExceptionMapper
  public RestResponse<Problem> refused(DomainException refusal, UriInfo uri) {
    return answer(refusal.type(), String.valueOf(refusal.getMessage()), uri, refusal.errors());
  }

  @ServerExceptionMapper
  public RestResponse<Problem> invalid(ResteasyReactiveViolationException invalid, UriInfo uri) {
    List<Invalid> errors =
        invalid.getConstraintViolations().stream()
            .map(violation -> new Invalid(pointer(violation), violation.getMessage()))
            .sorted((a, b) -> String.valueOf(a.pointer()).compareTo(String.valueOf(b.pointer())))
            .toList();
    return answer(ProblemType.VALIDATION_FAILED, summary(errors), uri, errors);
  }

  @ServerExceptionMapper
  public RestResponse<Problem> unreadable(JsonProcessingException unreadable, UriInfo uri) {
    return json(unreadable, uri);
  }

  @ServerExceptionMapper(priority = jakarta.ws.rs.Priorities.USER - 100)
  public RestResponse<Problem> mismatched(
      com.fasterxml.jackson.databind.exc.MismatchedInputException mismatch, UriInfo uri) {
    return json(mismatch, uri);
  }

  @ServerExceptionMapper
  public RestResponse<Problem> web(WebApplicationException failure, UriInfo uri) {
    if (failure.getCause() instanceof JsonProcessingException unreadable) {
      return json(unreadable, uri);
    }
    if (failure instanceof NotFoundException) {
      return answer(ProblemType.NOT_FOUND, "nothing is here", uri, List.of());
    }
    int status = failure.getResponse().getStatus();
    ProblemType type = PLAIN.get(status);
    if (type != null) {
      return answer(type, type.title(), uri, List.of());
    }
    return status >= 500
        ? unknown(failure, uri)
        : answer(
            new ProblemType(status, "request-refused", "The request was refused"),
            "status " + status,
            uri,
            List.of());
  }

  @ServerExceptionMapper
  public RestResponse<Problem> unauthorized(UnauthorizedException failure, UriInfo uri) {
    return unauthenticated(uri);
  }

  @ServerExceptionMapper
  public RestResponse<Problem> unauthenticated(AuthenticationFailedException failure, UriInfo uri) {
    return unauthenticated(uri);
  }

  @ServerExceptionMapper
  public RestResponse<Problem> forbidden(ForbiddenException failure, UriInfo uri) {
    return answer(ProblemType.FORBIDDEN, ProblemType.FORBIDDEN.title(), uri, List.of());
  }

  @ServerExceptionMapper
  public RestResponse<Problem> unknown(Throwable failure, UriInfo uri) {
    if (failure instanceof CommitUnknown) {
      Log.warnf("%s: %s", uri.getPath(), failure.getMessage());
      return answer(
          ProblemType.UNAVAILABLE,
          "the database went away while the request was being committed: it may have taken effect; "
              + "a repeat with the same Idempotency-Key answers what became of it",
          uri,
          List.of());
    }
    if (SqlFailures.isOutdated(failure)) {
      Log.warnf("%s: a table has changed: %s", uri.getPath(), failure);
      return answer(ProblemType.UNAVAILABLE, "the database is being changed", uri, List.of());
    }
    if (SqlFailures.isUnavailable(failure)) {
      Log.warnf("%s: the database is away: %s", uri.getPath(), failure);
      return answer(ProblemType.UNAVAILABLE, "the database is away", uri, List.of());
    }
    if (SqlFailures.isRetryable(failure) || SqlFailures.isLockTimeout(failure)) {
      return answer(ProblemType.CONCURRENT_UPDATE, "please repeat the request", uri, List.of());
    }
    Log.errorf(failure, "%s failed", uri.getPath());
    return answer(ProblemType.INTERNAL, "the failure has been logged", uri, List.of());
  }

  private static RestResponse<Problem> json(JsonProcessingException failure, UriInfo uri) {
    if (failure instanceof StreamReadException || !(failure instanceof JsonMappingException)) {
      return answer(ProblemType.MALFORMED, "the body is not well-formed JSON", uri, List.of());
    }
    if (failure.getCause() instanceof StreamReadException) {
      return answer(ProblemType.MALFORMED, "the body is not well-formed JSON", uri, List.of());
    }
    String pointer =
        ((JsonMappingException) failure)
            .getPath().stream()
                .map(step ->
                    step.getFieldName() == null ? "/" + step.getIndex() : "/" + step.getFieldName())
                .collect(Collectors.joining());
    var errors = List.of(new Invalid(pointer, "has the wrong type or an impossible value"));
    return answer(ProblemType.VALIDATION_FAILED, summary(errors), uri, errors);
  }

  private static String summary(List<Invalid> errors) {
    return errors.stream()
        .map(error -> error.pointer() + " " + error.message())
        .collect(Collectors.joining("; "));
  }

  /** The path inside the body: without the method's and the parameter's name. */
  private static String pointer(ConstraintViolation<?> violation) {
    var pointer = new StringBuilder();
    for (Path.Node node : violation.getPropertyPath()) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      }
      if (node.getKind() == ElementKind.PROPERTY) {
        pointer.append('/').append(node.getName());
      } else if (node.getKind() == ElementKind.PARAMETER
          && !isBody(violation.getPropertyPath(), node.getName())) {
        pointer.append('/').append(node.getName());
      }
    }
    return pointer.toString();
  }

  /** Whether something inside that parameter is meant, which only bodies have. */
  private static boolean isBody(Path path, String parameter) {
    return path.toString().contains(parameter + ".") || path.toString().contains(parameter + "[");
  }

  private static RestResponse<Problem> unauthenticated(UriInfo uri) {
    return builder(ProblemType.UNAUTHENTICATED, ProblemType.UNAUTHENTICATED.title(), uri, List.of())
        .header("WWW-Authenticate", "Bearer")
        .build();
  }

  private static RestResponse<Problem> answer(
      ProblemType type, String detail, UriInfo uri, List<Invalid> errors) {
    return builder(type, detail, uri, errors).build();
  }

  private static ResponseBuilder<Problem> builder(
      ProblemType type, String detail, UriInfo uri, List<Invalid> errors) {
    var answer =
        ResponseBuilder.<Problem>create(type.status())
            .type(Problem.MEDIA_TYPE)
            .entity(Problem.of(type, detail, uri.getPath(), errors));
    if (type.status() == 503 || type.status() == 429 || type.equals(ProblemType.KEY_IN_USE)) {
      answer.header("Retry-After", RETRY_AFTER);
    }
    return answer;
  }
}
