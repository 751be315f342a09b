package io.ordersystem.devstack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every API call passes: the secret key, the limit of calls under way, the planted faults,
 * idempotency, and the answer, which leaves only when what it tells is on disk.
 */
final class ApiGate {
  private static final Pattern SECRET_KEY = Pattern.compile("sk_test_[A-Za-z0-9_]{1,120}");
  private static final int MAX_KEY = 255;
  private static final String KEY_HEADER = "Idempotency-Key";

  private final Vertx vertx;
  private final Books books;
  private final Recorder recorder;
  private final Faults faults;
  private final StripeJson json;
  private final Ids ids;
  private final int maxUnderWay;
  private final Map<String, String> keysInUse = new HashMap<>();
  private int underWay;
  private long failed;
  private long heldAfterEffect;

  /** What the calls act upon. */
  record Surroundings(
      Vertx vertx, Books books, Recorder recorder, Faults faults, StripeJson json, Ids ids) {}

  ApiGate(Surroundings around, int maxUnderWay) {
    this.vertx = around.vertx();
    this.books = around.books();
    this.recorder = around.recorder();
    this.faults = around.faults();
    this.json = around.json();
    this.ids = around.ids();
    this.maxUnderWay = maxUnderWay;
  }

  /** One changing call on its way. */
  private record Call(
      RoutingContext ctx,
      String requestId,
      Params params,
      Entry.@Nullable Key key,
      Function<Params, Step> work) {}

  /** Answers a call that changes nothing. */
  void read(RoutingContext ctx, Function<Params, JsonObject> work) {
    var requestId = enter(ctx);
    later(
        ctx,
        () -> {
          failIf(faults.take(Fault.FAIL_NEXT));
          var answer = work.apply(new Params(ctx.queryParams()));
          recorder
              .durable()
              .onSuccess(_ -> Answers.send(ctx, 200, requestId, answer))
              .onFailure(ctx::fail);
        });
  }

  /** Answers a call that changes an intent, once per idempotency key. */
  void change(RoutingContext ctx, Function<Params, Step> work) {
    var requestId = enter(ctx);
    var params = new Params(ctx.request().formAttributes());
    var key = key(ctx, params);
    claim(key, requestId);
    ctx.addEndHandler(_ -> release(key, requestId));
    var call = new Call(ctx, requestId, params, key, work);
    later(ctx, () -> run(call));
  }

  private void run(Call call) {
    failIf(faults.take(Fault.FAIL_NEXT, Fault.FAIL_PERCENT));
    var key = call.key();
    var stored = stored(key);
    var done =
        stored.isPresent()
            ? recorder.durable().map(stored.get())
            : recorder.record(call.work().apply(call.params()), call.requestId(), key);
    done.onSuccess(entry -> answer(call, entry)).onFailure(call.ctx()::fail);
  }

  private void answer(Call call, Entry entry) {
    // The effect is done and kept: a repeat may come before this connection has ended.
    release(call.key(), call.requestId());
    if (faults.take(Fault.TIMEOUT_AFTER_EFFECT_NEXT, Fault.TIMEOUT_AFTER_EFFECT_PERCENT)) {
      heldAfterEffect++;
      hold(call.ctx());
      return;
    }
    var original = entry.requestId();
    if (original != null && !original.equals(call.requestId())) {
      call.ctx()
          .response()
          .putHeader("Idempotent-Replayed", "true")
          .putHeader("Original-Request", original);
    }
    var refusal = entry.refusal();
    Answers.send(
        call.ctx(),
        refusal == null ? 200 : refusal.status(),
        call.requestId(),
        json.answer(entry, call.params().expandsCharge()));
  }

  private void hold(RoutingContext ctx) {
    var connection = ctx.request().connection();
    var held = faults.value(Fault.HOLD_MS);
    if (held == 0) {
      connection.close();
      return;
    }
    var timer = vertx.setTimer(held, _ -> connection.close());
    ctx.addEndHandler(_ -> vertx.cancelTimer(timer));
  }

  private String enter(RoutingContext ctx) {
    var requestId = ids.next("req");
    Answers.remember(ctx, requestId);
    authenticate(ctx.request().getHeader("Authorization"));
    if (underWay >= maxUnderWay) {
      throw StripeErrors.tooMany();
    }
    underWay++;
    ctx.addEndHandler(_ -> underWay--);
    return requestId;
  }

  private static void authenticate(@Nullable String header) {
    if (header == null) {
      throw StripeErrors.unauthorized(
          "You did not provide an API key. Send it as: Authorization: Bearer sk_test_...");
    }
    var key =
        header.startsWith("Bearer ")
            ? header.substring("Bearer ".length())
            : header.startsWith("Basic ") ? user(header.substring("Basic ".length())) : "";
    if (!SECRET_KEY.matcher(key).matches()) {
      throw StripeErrors.unauthorized("Invalid API key: the sandbox takes sk_test_... keys.");
    }
  }

  private static String user(String credentials) {
    try {
      var decoded = new String(Base64.getDecoder().decode(credentials), UTF_8);
      return decoded.substring(0, Math.max(0, decoded.indexOf(':')));
    } catch (IllegalArgumentException e) {
      throw StripeErrors.unauthorized("The Authorization header is not valid Base64.");
    }
  }

  private static Entry.@Nullable Key key(RoutingContext ctx, Params params) {
    var value = ctx.request().getHeader(KEY_HEADER);
    if (value == null) {
      return null;
    }
    if (value.isBlank() || value.length() > MAX_KEY) {
      throw StripeErrors.invalid(
          null, null, KEY_HEADER + " must have 1 to " + MAX_KEY + " characters.");
    }
    ctx.response().putHeader(KEY_HEADER, value);
    return new Entry.Key(value, digest(ctx.normalizedPath() + "?" + params.canonical()));
  }

  private static String digest(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(sha, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void claim(Entry.@Nullable Key key, String requestId) {
    if (key == null) {
      return;
    }
    if (stored(key).isEmpty() && keysInUse.putIfAbsent(key.value(), requestId) != null) {
      throw StripeErrors.keyInUse();
    }
  }

  private void release(Entry.@Nullable Key key, String requestId) {
    if (key != null) {
      keysInUse.remove(key.value(), requestId);
    }
  }

  private Optional<Entry> stored(Entry.@Nullable Key key) {
    var stored = books.answer(key == null ? null : key.value());
    if (stored.isPresent() && !stored.get().answers(key)) {
      throw StripeErrors.keyOfAnotherRequest();
    }
    return stored;
  }

  private void failIf(boolean planted) {
    if (planted) {
      failed++;
      throw StripeErrors.broken("A planted fault: nothing was done.");
    }
  }

  /** How often a planted fault struck since the start of the process. */
  JsonObject toJson() {
    return new JsonObject().put("failed", failed).put("heldAfterEffect", heldAfterEffect);
  }

  private void later(RoutingContext ctx, Runnable work) {
    var latency = faults.value(Fault.LATENCY_MS);
    if (latency == 0) {
      work.run();
      return;
    }
    vertx.setTimer(latency, _ -> attempt(ctx, work));
  }

  /** A timer has no router around it that would turn a refusal into an answer. */
  private static void attempt(RoutingContext ctx, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      ctx.fail(e);
    }
  }
}
