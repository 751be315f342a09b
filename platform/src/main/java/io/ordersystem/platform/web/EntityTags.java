package io.ordersystem.platform.web;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import java.util.Arrays;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Versions as entity tags (RFC 9110, 8.8.3): {@code ETag}, {@code If-Match}, {@code If-None-Match}.
 */
public final class EntityTags {
  private EntityTags() {}

  /** The strong tag of a version. */
  public static String of(long version) {
    return "\"" + version + "\"";
  }

  /**
   * Refuses to go on when the caller's {@code If-Match} names other versions.
   *
   * @param ifMatch the header: absent, {@code *}, or one or several tags
   * @throws DomainException {@code version-mismatch}
   */
  public static void require(@Nullable String ifMatch, long version) {
    if (ifMatch != null && !matches(ifMatch, version)) {
      throw new DomainException(
          ProblemType.VERSION_MISMATCH, "the current version is " + version + ", not " + ifMatch);
    }
  }

  /** 200 with the entity and its tag, or 304 when the caller has this version. */
  public static <T> RestResponse<T> ok(T entity, long version, @Nullable String ifNoneMatch) {
    ResponseBuilder<T> answer =
        ifNoneMatch != null && matches(ifNoneMatch, version)
            ? ResponseBuilder.notModified()
            : ResponseBuilder.ok(entity);
    return answer.header("ETag", of(version)).build();
  }

  private static boolean matches(String header, long version) {
    return Arrays.stream(header.split(","))
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(of(version)));
  }
}
