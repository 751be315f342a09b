package io.ordersystem.platform.ops;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.Problem;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.web.FreeText;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How operations read their parameters and answer. */
final class OpsHttp {
  private OpsHttp() {}

  /** A query parameter; the other value when it is absent. */
  static String parameter(RoutingContext http, String name, String otherwise) {
    List<String> given = http.queryParam(name);
    return given.isEmpty() ? otherwise : given.getFirst();
  }

  /** A query parameter; null when it is absent. */
  static @Nullable String parameter(RoutingContext http, String name) {
    List<String> given = http.queryParam(name);
    return given.isEmpty() ? null : given.getFirst();
  }

  /**
   * A query parameter that must be there.
   *
   * @throws DomainException {@code validation-failed}
   */
  static String required(RoutingContext http, String name) {
    String given = parameter(http, name);
    if (given == null) {
      throw new DomainException(ProblemType.VALIDATION_FAILED, name + " is needed");
    }
    return given;
  }

  /**
   * A whole number.
   *
   * @throws DomainException {@code validation-failed}
   */
  static int number(RoutingContext http, String name, int otherwise) {
    String given = parameter(http, name);
    try {
      return given == null ? otherwise : Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new DomainException(ProblemType.VALIDATION_FAILED, name + " must be a whole number");
    }
  }

  static void answer(RoutingContext http, Object body) {
    http.response().putHeader("Content-Type", "application/json");
    http.response().setStatusCode(200).end(Json.encode(body));
  }

  private static void refuse(
      RoutingContext http, ProblemType type, String detail, List<Invalid> errors) {
    var problem = Problem.of(type, detail, http.normalizedPath(), errors);
    http.response().putHeader("Content-Type", Problem.MEDIA_TYPE);
    http.response().setStatusCode(type.status()).end(Json.encode(problem));
  }

  /** Work that is begun by a request; refusals of its parameters included. */
  @FunctionalInterface
  interface Work<T> {
    Uni<T> begin();
  }

  /** Answers with what the work yields, 204 without anything. */
  static <T> void run(RoutingContext http, Work<T> work) {
    Uni.createFrom()
        .deferred(() -> {
          FreeText.requireNoCard(http.queryParams().entries());
          return work.begin();
        })
        .subscribe()
        .with(
            done -> {
              if (done == null) {
                http.response().setStatusCode(204).end();
              } else {
                answer(http, done);
              }
            },
            failure -> refuse(http, failure));
  }

  private static void refuse(RoutingContext http, Throwable failure) {
    if (failure instanceof DomainException refusal) {
      refuse(http, refusal.type(), String.valueOf(refusal.getMessage()), refusal.errors());
    } else {
      Log.warnf(failure, "%s failed", http.normalizedPath());
      refuse(http, ProblemType.UNAVAILABLE, String.valueOf(failure), List.of());
    }
  }
}
