package io.ordersystem.notifications.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.notifications.webhook.EndpointTable.Wanted;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What owners do with their endpoints. */
@ApplicationScoped
class ManageEndpoints {
  private static final String ROUTE = "/api/notifications/webhook-endpoints";
  private static final int CREATED = 201;
  private static final int OK = 200;
  private static final String ENABLED = "ENABLED";

  private final Transactions transactions;
  private final Reads reads;
  private final IdempotentRequests requests;
  private final EndpointTable endpoints;
  private final TargetRules rules;
  private final TargetGuard guard;
  private final WebhookConfig config;
  private final ExecutorService threads;
  private final WebhookBeat beat;
  private final Ids ids;
  private final ObjectMapper json;
  private final Clock clock;

  ManageEndpoints(
      Transactions transactions,
      Reads reads,
      IdempotentRequests requests,
      EndpointTable endpoints,
      TargetRules rules,
      TargetGuard guard,
      WebhookConfig config,
      @VirtualThreads ExecutorService threads,
      WebhookBeat beat,
      Ids ids,
      ObjectMapper json,
      Clock clock) {
    this.transactions = transactions;
    this.reads = reads;
    this.requests = requests;
    this.endpoints = endpoints;
    this.rules = rules;
    this.guard = guard;
    this.config = config;
    this.threads = threads;
    this.beat = beat;
    this.ids = ids;
    this.json = json;
    this.clock = clock;
  }

  /** Makes an endpoint; the answer is the first of two that show a secret. */
  Uni<StoredAnswer> create(Caller caller, @Nullable String key, EndpointRequest wanted) {
    String seller = owner(caller, wanted.sellerId());
    String[] types = EventTypes.checked(wanted.eventTypes(), seller);
    var request = new IdempotentRequests.Request(caller, key, "POST " + ROUTE, wanted);
    return requests
        .find(request)
        .chain(before ->
            before.isPresent()
                ? Uni.createFrom().item(before.get())
                : created(request, wanted, seller, types));
  }

  private Uni<StoredAnswer> created(
      IdempotentRequests.Request request,
      EndpointRequest wanted,
      @Nullable String seller,
      String[] types) {
    String description = wanted.description() == null ? "" : wanted.description();
    boolean ordered = Boolean.TRUE.equals(wanted.ordered());
    return checked(wanted.url())
        .chain(() ->
            requests.once(
                request,
                tx ->
                    endpoints
                        .countLocked(tx, seller)
                        .chain(count -> {
                          if (count >= config.endpointsPerOwner()) {
                            throw new DomainException(
                                ProblemType.ILLEGAL_TRANSITION,
                                "there are %d endpoints already, which is the most"
                                    .formatted(count));
                          }
                          String secret = Secrets.next();
                          return endpoints
                              .insert(
                                  tx,
                                  ids.next(),
                                  seller,
                                  new Wanted(wanted.url(), description, types, ordered, ENABLED),
                                  secret,
                                  clock.instant())
                              .map(made -> answer(CREATED, made.withSecret(secret)));
                        })));
  }

  private static @Nullable String owner(Caller caller, @Nullable String wanted) {
    String own = Visible.seller(caller);
    if (own != null && wanted != null && !wanted.equals(own)) {
      throw new DomainException(ProblemType.FORBIDDEN, "this is another seller's endpoint");
    }
    return own == null ? wanted : own;
  }

  /** Refuses an address that would be refused when it is posted to. */
  private Uni<Void> checked(String url) {
    return Uni.createFrom()
        .item(() -> guard.resolve(Target.parse(url, rules)))
        .runSubscriptionOn(threads)
        .ifNoItem()
        .after(config.connectTimeout())
        .failWith(() -> refused("its name cannot be resolved in time"))
        .onFailure(TargetRefused.class)
        .transform(failure -> refused(((TargetRefused) failure).reason()))
        .replaceWithVoid();
  }

  private static DomainException refused(String why) {
    return new DomainException(
        ProblemType.VALIDATION_FAILED,
        "nothing can be posted to this url: " + why,
        List.of(new Invalid("/url", why)));
  }

  /** One page of them, newest first. */
  Uni<Page<EndpointView>> list(Caller caller, int limit, @Nullable String cursorText) {
    String seller = Visible.seller(caller);
    var cursor = new Cursor("webhook-endpoints/" + seller);
    UUID before = cursor.readId(cursorText);
    return reads.read(database ->
        endpoints
            .list(database, seller, before, limit + 1)
            .map(rows -> {
              List<EndpointView> views = new ArrayList<>();
              rows.forEach(row -> views.add(EndpointView.of(row)));
              return Page.of(views, limit, last -> cursor.after(last.id().toString()));
            }));
  }

  Uni<EndpointView> get(Caller caller, UUID id) {
    return reads.read(database ->
        endpoints.find(database, id, Visible.seller(caller)).map(ManageEndpoints::only));
  }

  private static EndpointView only(Iterable<Row> rows) {
    var row = rows.iterator();
    if (!row.hasNext()) {
      throw Visible.none();
    }
    return EndpointView.of(row.next());
  }

  private Uni<EndpointView> lock(Tx tx, Caller caller, UUID id) {
    return endpoints.lock(tx, id, Visible.seller(caller)).map(ManageEndpoints::only);
  }

  /** Changes what is given. */
  Uni<EndpointView> patch(Caller caller, UUID id, @Nullable String ifMatch, EndpointPatch patch) {
    return (patch.url() == null ? Uni.createFrom().voidItem() : checked(patch.url()))
        .chain(() ->
            transactions.inTransaction(tx ->
                lock(tx, caller, id)
                    .chain(now -> {
                      EntityTags.require(ifMatch, now.version());
                      tx.afterCommit(beat::wake);
                      boolean elsewhere = patch.url() != null && !patch.url().equals(now.url());
                      boolean anew =
                          now.failingSince() != null
                              && (elsewhere || ENABLED.equals(patch.status()));
                      return endpoints.change(tx, id, merged(now, patch), anew, clock.instant());
                    })));
  }

  private static Wanted merged(EndpointView now, EndpointPatch patch) {
    return new Wanted(
        patch.url() == null ? now.url() : patch.url(),
        patch.description() == null ? now.description() : patch.description(),
        EventTypes.checked(
            patch.eventTypes() == null ? now.eventTypes() : patch.eventTypes(), now.sellerId()),
        patch.ordered() == null ? now.ordered() : patch.ordered(),
        patch.status() == null ? now.status() : patch.status());
  }

  Uni<Void> delete(Caller caller, UUID id, @Nullable String ifMatch) {
    return transactions.inTransaction(tx ->
        lock(tx, caller, id)
            .chain(now -> {
              EntityTags.require(ifMatch, now.version());
              return endpoints.delete(tx, id, clock.instant());
            }));
  }

  /**
   * Replaces the secret; the present one signs too until the overlap is over.
   *
   * @param overlap null for the configured one
   */
  Uni<StoredAnswer> rotate(
      Caller caller,
      UUID id,
      @Nullable String key,
      @Nullable String ifMatch,
      @Nullable Duration overlap) {
    var request =
        new IdempotentRequests.Request(
            caller,
            key,
            "POST %s/%s/secret-rotation".formatted(ROUTE, id),
            overlap == null ? "" : overlap.toString());
    return requests.once(
        request,
        tx ->
            lock(tx, caller, id)
                .chain(now -> {
                  EntityTags.require(ifMatch, now.version());
                  requireNoOverlap(now, overlap);
                  Instant at = clock.instant();
                  String secret = Secrets.next();
                  return endpoints
                      .rotate(
                          tx,
                          id,
                          secret,
                          at.plus(overlap == null ? config.secretOverlap() : overlap),
                          at)
                      .map(changed -> answer(OK, changed.withSecret(secret)));
                }));
  }

  /** A second rotation would drop the only secret that the receiver may have by now. */
  private static void requireNoOverlap(EndpointView now, @Nullable Duration overlap) {
    if (now.previousSecretUntil() != null && !Duration.ZERO.equals(overlap)) {
      throw new DomainException(
          ProblemType.ILLEGAL_TRANSITION,
          "the previous rotation overlaps until %s; overlapSeconds 0 ends it"
              .formatted(now.previousSecretUntil()));
    }
  }

  private StoredAnswer answer(int status, EndpointView view) {
    try {
      return new StoredAnswer(
          status,
          status == CREATED ? ROUTE + "/" + view.id() : null,
          EntityTags.of(view.version()),
          json.writeValueAsString(view),
          false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an endpoint is always writable", e);
    }
  }
}
