package io.ordersystem.payments.payment;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.payments.payment.Fact.Kind;
import io.ordersystem.payments.payment.Fact.Result;
import io.ordersystem.platform.amounts.Apportioning;
import io.ordersystem.platform.events.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one root order. Immutable: a transition returns what changed, with the event that
 * tells of it, or nothing when what happened changes nothing. Outcomes may come twice, late and in
 * any order, because the amounts are computed from the set of {@link Fact facts}.
 *
 * @param terms what was agreed on, and never changes
 * @param facts everything that is known of its money
 * @param operations what the provider was asked for, oldest first; what it is busy with comes last,
 *     that which was asked for least recently before others
 * @param account the amounts, from {@code facts}
 */
public record Payment(
    Terms terms,
    List<Fact> facts,
    List<Operation> operations,
    Account account,
    State state,
    long version) {

  /**
   * What never changes.
   *
   * @param amount minor units of {@code currency}, the sum of the shares
   * @param commission what the marketplace keeps of what a seller sells, in basis points
   */
  public record Terms(
      UUID id,
      UUID orderId,
      String customerId,
      String currency,
      long amount,
      String paymentMethod,
      CaptureMode mode,
      int commission,
      List<Share> shares) {
    public Terms {
      shares = List.copyOf(shares);
    }
  }

  /** What the provider can be asked for. */
  public enum Task {
    AUTHORIZE,
    REFRESH,
    VOID,
    /** Its open operations, one after the other, and then to let go of the rest. */
    SETTLE
  }

  /**
   * What changes besides the money.
   *
   * @param reference the provider's name of the payment, once it has one
   * @param voidReason set once the order was given up: what is authorised then, or turns out to be,
   *     is let go of or given back
   * @param singleCapture whether the provider takes only one capture of it: then all of it is taken
   *     with the first parcel, ahead of the others
   * @param task what the provider is still to be asked for
   * @param attempts how often it was asked for that
   * @param cause what asked something of it last: what the provider's answer causes belongs there
   */
  public record State(
      @Nullable String reference,
      @Nullable String declineCode,
      @Nullable NextAction nextAction,
      @Nullable String voidReason,
      boolean singleCapture,
      @Nullable Task task,
      int attempts,
      Cause cause) {
    static final State NEW =
        new State(null, null, null, null, false, Task.AUTHORIZE, 0, Cause.NONE);

    State referring(@Nullable String to) {
      return new State(
          to == null ? reference : to,
          declineCode,
          nextAction,
          voidReason,
          singleCapture,
          task,
          attempts,
          cause);
    }

    State asking(@Nullable Task next, int times) {
      return new State(
          reference, declineCode, nextAction, voidReason, singleCapture, next, times, cause);
    }

    State givenUp(@Nullable String reason) {
      return new State(
          reference, declineCode, nextAction, reason, singleCapture, task, attempts, cause);
    }

    State answered(@Nullable String declined, @Nullable NextAction action) {
      return new State(
          reference, declined, action, voidReason, singleCapture, task, attempts, cause);
    }

    State captured(boolean once) {
      return new State(reference, declineCode, nextAction, voidReason, once, task, attempts, cause);
    }

    /** Somebody asks something of it; a timer does not. */
    State asked(Cause by) {
      return by.equals(Cause.NONE)
          ? this
          : new State(
              reference, declineCode, nextAction, voidReason, singleCapture, task, attempts, by);
    }
  }

  /**
   * What is asked for of an authorised payment.
   *
   * @param orderId the child order; null when it concerns the whole
   * @param reason why, for a release or refund
   */
  public record Wanted(
      UUID id, @Nullable UUID orderId, Kind kind, long amount, @Nullable String reason) {}

  /**
   * A payment after a change.
   *
   * @param event what tells others of it; null when it is no news for them, then the version stays
   * @param facts those that are new
   * @param operations those that are new or changed
   * @param told the operation that the event is about
   * @param before the amounts before
   */
  public record Changed(
      Payment payment,
      @Nullable EventType event,
      List<Fact> facts,
      List<Operation> operations,
      @Nullable Operation told,
      Account before) {}

  /** A payment from what is stored of it. */
  public static Payment of(
      Terms terms, List<Fact> facts, List<Operation> operations, State state, long version) {
    return new Payment(
        terms,
        List.copyOf(facts),
        List.copyOf(operations),
        Account.of(terms.shares(), facts),
        state,
        version);
  }

  /**
   * A payment that is to be authorised.
   *
   * @param givenUp why the order was given up before: then it is never charged
   */
  public static Changed requested(Terms terms, @Nullable String givenUp) {
    Payment none = of(terms, List.of(), List.of(), State.NEW, 0);
    Fact requested = none.own(Kind.AUTHORIZATION, Result.REQUESTED, terms.amount());
    return givenUp == null
        ? none.become(State.NEW, EventType.PAYMENT_REQUESTED, List.of(requested))
        : none.become(
            State.NEW.givenUp(givenUp),
            EventType.PAYMENT_VOIDED,
            List.of(requested, none.cancellation()));
  }

  public UUID id() {
    return terms.id();
  }

  public UUID orderId() {
    return terms.orderId();
  }

  public PaymentStatus status() {
    return account.status();
  }

  /** Whether the provider has never been asked, so that it cannot hold anything. */
  private boolean isUntouched() {
    return account.status() == PaymentStatus.REQUESTED && state.attempts() == 0;
  }

  private boolean isGivenUp() {
    return state.voidReason() != null;
  }

  /** What parcels may still ask for. */
  private long wanted() {
    return isGivenUp() ? 0 : account.drawable();
  }

  // --- What the provider says

  /** What an outcome of the provider makes of this payment. */
  public Optional<Changed> apply(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Authorized authorized -> authorized(authorized);
      case Outcome.ActionRequired action -> actionRequired(action);
      case Outcome.Declined(String reference, String code) -> declined(reference, code);
      case Outcome.Voided(String reference) -> voided(reference);
      case Outcome.Unknown(_, String reference) -> unknown(reference);
    };
  }

  private Optional<Changed> authorized(Outcome.Authorized said) {
    var news = new ArrayList<Fact>();
    boolean first = account.authorization() != Result.SUCCEEDED;
    if (first) {
      news.add(own(Kind.AUTHORIZATION, Result.SUCCEEDED, said.amount()));
    }
    boolean ahead = terms.mode() == CaptureMode.AT_CONFIRMATION && account.advanced() == 0;
    if (ahead && said.taken() > 0) {
      news.add(own(Kind.ADVANCE, Result.SUCCEEDED, said.taken()));
    }
    if (!said.open() && !account.closed()) {
      news.add(cancellation());
    }
    if (news.isEmpty()) {
      return Optional.empty();
    }
    // A customer may have tried another card after the first was refused: the order is gone by now.
    boolean late = account.authorization() == Result.FAILED && !isGivenUp();
    State next = state.referring(said.reference()).answered(null, null).captured(!said.severally());
    return Optional.of(
        become(
            late ? next.givenUp("DECLINED") : next,
            first ? EventType.PAYMENT_AUTHORIZED : null,
            news));
  }

  private Optional<Changed> actionRequired(Outcome.ActionRequired action) {
    boolean news =
        account.authorization() == Result.REQUESTED || account.authorization() == Result.UNKNOWN;
    if (!news) {
      return Optional.empty();
    }
    State next =
        state
            .referring(action.reference())
            .answered(null, new NextAction(action.type(), action.url(), action.clientSecret()));
    return Optional.of(
        become(
            next,
            EventType.PAYMENT_ACTION_REQUIRED,
            List.of(own(Kind.AUTHORIZATION, Result.ACTION_REQUIRED, terms.amount()))));
  }

  private Optional<Changed> declined(@Nullable String reference, String code) {
    boolean decided =
        account.authorization() == Result.FAILED || account.authorization() == Result.SUCCEEDED;
    if (decided || account.closed()) {
      return Optional.empty();
    }
    return Optional.of(
        become(
            state.referring(reference).answered(code, null),
            EventType.PAYMENT_DECLINED,
            List.of(own(Kind.AUTHORIZATION, Result.FAILED, terms.amount()))));
  }

  private Optional<Changed> voided(@Nullable String reference) {
    return account.closed()
        ? Optional.empty()
        : Optional.of(closed(state.referring(reference).answered(state.declineCode(), null)));
  }

  /** Told once; the attempts go on without further versions. */
  private Optional<Changed> unknown(@Nullable String reference) {
    State learned = learning(reference);
    if (account.status() == PaymentStatus.REQUESTED) {
      return Optional.of(
          become(
              learned,
              EventType.PAYMENT_UNKNOWN,
              List.of(own(Kind.AUTHORIZATION, Result.UNKNOWN, terms.amount()))));
    }
    return learned.equals(state) ? Optional.empty() : Optional.of(become(learned, null, List.of()));
  }

  /**
   * With the provider's name of it, if it had none. From then on the provider is asked by that
   * name: repeating the authorisation would only repeat its first answer.
   */
  private State learning(@Nullable String reference) {
    if (reference == null || state.reference() != null) {
      return state;
    }
    State named = state.referring(reference);
    return state.task() == Task.AUTHORIZE ? named.asking(Task.REFRESH, state.attempts()) : named;
  }

  /** The provider holds nothing of it any more. */
  public Changed closed() {
    return closed(state);
  }

  private Changed closed(State next) {
    Fact nothing = cancellation();
    PaymentStatus then = with(next, List.of(nothing), List.of(), version).status();
    boolean news = then == PaymentStatus.VOIDED && status() != PaymentStatus.VOIDED;
    return become(next, news ? EventType.PAYMENT_VOIDED : null, List.of(nothing));
  }

  // --- What order-service and operators ask for

  /**
   * The order was given up. Voids at once what the provider was never asked for; notes the rest, so
   * that it is let go of as soon as it is known. Empty when there is nothing to let go of.
   */
  public Optional<Changed> giveUp(String reason) {
    boolean over = status() == PaymentStatus.DECLINED || status() == PaymentStatus.VOIDED;
    long kept = isGivenUp() && account.returning() == 0 ? account.ahead() : 0;
    if (kept > 0) {
      // What could not be given back: somebody asks for it anew.
      Operation back = giveBack(kept);
      return Optional.of(
          become(state, null, List.of(back.fact(Result.REQUESTED)), List.of(back), null));
    }
    if (over || isGivenUp() || account.captured() + account.claimed() > 0) {
      return Optional.empty();
    }
    State noted = state.givenUp(reason);
    return Optional.of(
        isUntouched()
            ? become(noted, EventType.PAYMENT_VOIDED, List.of(cancellation()))
            : become(noted, null, List.of()));
  }

  /** Why it cannot be; empty when it can. */
  public Optional<Refusal> obstacle(Wanted wanted) {
    long amount = wanted.amount();
    if (wanted.kind() == Kind.ADVANCE) {
      return amount > advanceable()
          ? Optional.of(isLive() ? Refusal.EXCEEDS_AUTHORIZED : Refusal.NOT_AUTHORIZED)
          : Optional.empty();
    }
    ShareAmounts share = account.shares().get(wanted.orderId());
    if (share == null || !status().isAuthorized()) {
      return Optional.of(Refusal.NOT_AUTHORIZED);
    }
    if (wanted.kind() == Kind.REFUND) {
      return amount > share.refundable() ? Optional.of(Refusal.EXCEEDS_CAPTURED) : Optional.empty();
    }
    if (amount > share.drawable() || isGivenUp()) {
      return Optional.of(isGivenUp() ? Refusal.NOT_AUTHORIZED : Refusal.EXCEEDS_AUTHORIZED);
    }
    long covered = account.chargeable() + Math.max(0, account.ahead()) + account.advancing();
    boolean uncovered = amount > covered;
    return wanted.kind() == Kind.CAPTURE && uncovered
        ? Optional.of(Refusal.NOT_AUTHORIZED)
        : Optional.empty();
  }

  /** What can be taken ahead: what is held, and parcels may ask for. */
  public long advanceable() {
    long unused = wanted() - account.ahead() - account.advancing();
    return Math.max(0, Math.min(account.chargeable(), unused));
  }

  private boolean isLive() {
    return status().isAuthorized() && !isGivenUp() && !account.closed();
  }

  /**
   * Notes what is wanted, or that it cannot be. A repeat does nothing, but of a capture that failed
   * it is a new try.
   *
   * @throws IllegalArgumentException for a release that cannot be: whoever cancels lines knows what
   *     is left
   */
  public Optional<Changed> take(Wanted wanted) {
    Optional<Operation> known = find(wanted.id(), wanted.kind());
    // A refund that failed is over: whoever asked has given its units free, and may ask anew.
    boolean again =
        known.isPresent()
            && wanted.kind() == Kind.CAPTURE
            && known.get().status() == Operation.Status.FAILED;
    if (known.isPresent() && !again) {
      return Optional.empty();
    }
    Operation operation =
        known
            .map(Operation::again)
            .orElseGet(() ->
                Operation.requested(
                    wanted.id(),
                    id(),
                    wanted.orderId(),
                    wanted.kind(),
                    wanted.amount(),
                    wanted.reason()));
    Optional<Refusal> obstacle = obstacle(wanted);
    if (wanted.kind() == Kind.RELEASE) {
      return Optional.of(release(operation, obstacle));
    }
    return Optional.of(
        obstacle.isPresent() ? failed(operation, obstacle.get().code()) : open(operation));
  }

  private Changed open(Operation operation) {
    if (operation.kind() == Kind.ADVANCE && state.singleCapture()) {
      return opened(operation.of(account.chargeable()));
    }
    if (operation.kind() != Kind.CAPTURE) {
      return opened(operation);
    }
    Operation drawing =
        operation.drawing(Math.min(operation.amount(), Math.max(0, account.ahead())));
    if (charge(drawing) == 0) {
      // All of it was taken before: the provider has nothing to do.
      return ended(drawing.succeeded(null), Result.SUCCEEDED, EventType.PAYMENT_CAPTURED, false);
    }
    boolean leavesSome = charge(drawing) < account.chargeable();
    return state.singleCapture() && leavesSome ? opened(allAhead(), drawing) : opened(drawing);
  }

  private Changed opened(Operation... requested) {
    List<Operation> noted = List.of(requested);
    List<Fact> facts = noted.stream().map(operation -> operation.fact(Result.REQUESTED)).toList();
    return become(state, null, facts, noted, null);
  }

  /** All that is held, because nothing could be taken of it later. */
  private Operation allAhead() {
    UUID all = UUID.nameUUIDFromBytes(("advance:" + id()).getBytes(StandardCharsets.UTF_8));
    return Operation.requested(
        all, id(), null, Kind.ADVANCE, account.chargeable(), "captured only once");
  }

  /**
   * A release is noted, because the provider knows only the whole. Of a payment of which nothing is
   * held any more there is nothing to note, but it is answered.
   */
  private Changed release(Operation release, Optional<Refusal> obstacle) {
    Operation done = release.succeeded(null);
    if (obstacle.isPresent()) {
      if (status() != PaymentStatus.VOIDED && !isGivenUp()) {
        throw new IllegalArgumentException(
            "%d of order %s cannot be released: %s"
                .formatted(release.amount(), release.orderId(), obstacle.get().code()));
      }
      return become(state, EventType.PAYMENT_RELEASED, List.of(), List.of(done), done);
    }
    return ended(done, Result.SUCCEEDED, EventType.PAYMENT_RELEASED, false);
  }

  private Changed failed(Operation operation, String code) {
    return ended(operation.failed(code), Result.FAILED, failure(operation.kind()), false);
  }

  // --- What the provider says of an operation

  /**
   * What the provider's answer to an operation makes of the payment. Empty when it was answered
   * before.
   *
   * @param asked as it was asked for
   * @param last whether the provider was told to let go of the rest with it
   */
  public Optional<Changed> answered(Operation asked, Answer answer, boolean last) {
    return find(asked.id(), asked.kind())
        .filter(operation -> operation.round() == asked.round())
        .filter(operation -> operation.isDue() || bounces(operation, answer))
        .map(operation ->
            answer instanceof Answer.Unanswered
                ? operation
                : operation.answered(asked).drawing(asked.drawn()))
        .map(operation -> answer(operation, answer, last));
  }

  /** Never the other way round, so it is news however late it is heard. */
  private static boolean bounces(Operation operation, Answer answer) {
    boolean gives = operation.kind() == Kind.REFUND || operation.kind() == Kind.RETURN;
    return gives
        && operation.status() == Operation.Status.SUCCEEDED
        && answer instanceof Answer.Refused;
  }

  private Changed answer(Operation operation, Answer answer, boolean last) {
    boolean ended = !operation.status().isOpen();
    if (operation.status() == Operation.Status.FAILED) {
      return quietly(operation); // nothing comes after that
    }
    return switch (answer) {
      case Answer.Done(String reference) when ended -> quietly(operation.succeeded(reference));
      case Answer.Done(String reference) ->
          ended(operation.succeeded(reference), Result.SUCCEEDED, success(operation.kind()), last);
      case Answer.Refused(String code) ->
          ended(
              operation.failed(code),
              operation.status() == Operation.Status.SUCCEEDED ? Result.REVERSED : Result.FAILED,
              failure(operation.kind()),
              false);
      case Answer.Pending _ when ended -> quietly(operation);
      case Answer.Pending(String reference, _) -> quietly(operation.pending(reference));
      case Answer.Disputed(long amount, boolean withdrawn) ->
          disputed(operation, amount, withdrawn);
      case Answer.Unanswered _ -> quietly(ended ? operation : operation.unknown());
    };
  }

  private Changed quietly(Operation operation) {
    return become(state, null, List.of(), List.of(operation), null);
  }

  private Changed ended(
      Operation operation, Result result, @Nullable EventType event, boolean last) {
    var news = new ArrayList<Fact>();
    news.add(operation.fact(result));
    if (last && !account.closed()) {
      news.add(cancellation());
    }
    Payment then = with(state, news, List.of(operation), version);
    boolean gone =
        operation.kind() == Kind.RETURN
            && then.status() == PaymentStatus.VOIDED
            && status() != PaymentStatus.VOIDED;
    return become(
        state, gone ? EventType.PAYMENT_VOIDED : event, news, List.of(operation), operation);
  }

  private static EventType success(Kind kind) {
    return switch (kind) {
      case CAPTURE -> EventType.PAYMENT_CAPTURED;
      case REFUND -> EventType.PAYMENT_REFUNDED;
      case ADVANCE -> EventType.PAYMENT_ADVANCED;
      case RETURN -> EventType.PAYMENT_RETURNED;
      case RELEASE -> EventType.PAYMENT_RELEASED;
      case AUTHORIZATION, CANCELLATION, DISPUTE -> throw new IllegalArgumentException(kind.name());
    };
  }

  private static @Nullable EventType failure(Kind kind) {
    return switch (kind) {
      case CAPTURE -> EventType.PAYMENT_CAPTURE_FAILED;
      case REFUND -> EventType.PAYMENT_REFUND_FAILED;
      case RETURN -> EventType.PAYMENT_RETURN_FAILED;
      // Nothing that others know of has changed.
      case ADVANCE -> null;
      case RELEASE, AUTHORIZATION, CANCELLATION, DISPUTE ->
          throw new IllegalArgumentException(kind.name());
    };
  }

  // --- Disputes

  /**
   * The provider has told of a dispute of this payment, or of news of one: it is to be asked what
   * it is about.
   *
   * @param reference the provider's name of the dispute
   * @param amount what is contested, as far as it was told
   */
  public Changed hintOfDispute(String reference, long amount) {
    UUID dispute =
        UUID.nameUUIDFromBytes(("dispute:" + reference).getBytes(StandardCharsets.UTF_8));
    Operation asking =
        find(dispute, Kind.DISPUTE)
            .map(Operation::hinted)
            .orElseGet(() ->
                Operation.requested(dispute, id(), null, Kind.DISPUTE, Math.max(1, amount), null)
                    .pending(reference));
    return quietly(asking);
  }

  /** The provider has told of news of a refund. */
  public Optional<Changed> hintOfRefund(String reference) {
    return operations.stream()
        .filter(operation -> reference.equals(operation.reference()))
        .filter(operation -> operation.kind() == Kind.REFUND || operation.kind() == Kind.RETURN)
        .findFirst()
        .map(operation -> quietly(operation.hinted()));
  }

  private Changed disputed(Operation operation, long amount, boolean withdrawn) {
    List<Fact> known =
        facts.stream()
            .filter(fact -> fact.subject().equals(operation.id()) && fact.is(Result.SUCCEEDED))
            .toList();
    boolean reversed =
        facts.stream()
            .anyMatch(fact -> fact.subject().equals(operation.id()) && fact.is(Result.REVERSED));
    Operation ended = operation.of(amount).succeeded(operation.reference());
    if (withdrawn && known.isEmpty()) {
      return become(state, EventType.PAYMENT_DISPUTED, withdrawn(ended), List.of(ended), null);
    }
    if (!withdrawn && !known.isEmpty() && !reversed) {
      List<Fact> back =
          known.stream()
              .map(fact ->
                  new Fact(
                      Kind.DISPUTE,
                      fact.subject(),
                      fact.orderId(),
                      fact.round(),
                      Result.REVERSED,
                      fact.amount(),
                      0))
              .toList();
      return become(state, EventType.PAYMENT_DISPUTE_WON, back, List.of(ended), null);
    }
    return quietly(ended);
  }

  /**
   * Who bears a dispute: first what was taken ahead and nobody has sold yet, then the sellers by
   * what they have got of the payment, or by their shares when that does not cover it.
   */
  private List<Fact> withdrawn(Operation dispute) {
    var news = new ArrayList<Fact>();
    long ahead = Math.min(dispute.amount(), Math.max(0, account.ahead()));
    if (ahead > 0) {
      news.add(new Fact(Kind.DISPUTE, dispute.id(), null, 1, Result.SUCCEEDED, ahead, 0));
    }
    long rest = dispute.amount() - ahead;
    if (rest == 0) {
      return news;
    }
    long[] kept =
        terms.shares().stream()
            .map(share -> Objects.requireNonNull(account.shares().get(share.orderId())))
            .mapToLong(ShareAmounts::refundable)
            .toArray();
    long[] weights =
        Arrays.stream(kept).sum() >= rest
            ? kept
            : terms.shares().stream().mapToLong(Share::amount).toArray();
    long[] parts = Apportioning.byLargestRemainder(rest, weights);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0) {
        UUID order = terms.shares().get(i).orderId();
        news.add(new Fact(Kind.DISPUTE, dispute.id(), order, 1, Result.SUCCEEDED, parts[i], 0));
      }
    }
    return news;
  }

  // --- What is still to be done

  /**
   * The same payment, its provider to be asked what it has: after a hint that something changed.
   * Attempts start again at 0, by which a call that is under way sees that its answer is older.
   *
   * @param named the provider's name of it, as the hint has it: news when our call was not answered
   */
  public Payment toBeRefreshed(@Nullable String named) {
    return new Payment(terms, facts, operations, account, learning(named), version).toBeRefreshed();
  }

  /**
   * Whether that is what we know of it already, and nothing is under way: asking the provider would
   * bring nothing new.
   */
  public boolean isKnown(@Nullable String named, ProviderHints.Money money) {
    return account.authorization() == Result.SUCCEEDED
        && Objects.equals(named, state.reference())
        && state.task() == null
        && account.isQuiet()
        && money.taken() == account.taken()
        && money.held() == account.held();
  }

  /** The same payment, its provider to be asked what it has. */
  public Payment toBeRefreshed() {
    // What the provider is busy with for days must not hide what else is new.
    boolean waits = state.task() == Task.SETTLE && !hasUnasked() && account.held() > 0;
    boolean busy = state.task() != null && state.task() != Task.REFRESH && !waits;
    boolean over = account.closed() || state.reference() == null;
    return over || busy ? this : asking(Task.REFRESH, 0);
  }

  /** The same once the provider was asked what it has, and had no news. */
  public Payment refreshed() {
    boolean decided = status() != PaymentStatus.REQUESTED && status() != PaymentStatus.UNKNOWN;
    return state.task() == Task.REFRESH && decided
        ? asking(asking(null, 0).due(), state.attempts())
        : this;
  }

  /** The same with the attempt taken back: the provider was not asked after all. */
  public Payment notAsked() {
    return asking(state.task(), Math.max(0, state.attempts() - 1));
  }

  /** The same as a claim leaves it. */
  Payment claimed() {
    return asking(state.task(), state.attempts() + 1);
  }

  private Payment asking(@Nullable Task task, int attempts) {
    return new Payment(terms, facts, operations, account, state.asking(task, attempts), version);
  }

  /** What the provider has to be asked for as things stand. */
  private @Nullable Task due() {
    boolean open = operations.stream().anyMatch(Operation::isDue);
    Task settling = open ? Task.SETTLE : null;
    return switch (account.status()) {
      case REQUESTED, UNKNOWN -> state.task();
      // It may have been confirmed without anybody telling us.
      case REQUIRES_ACTION -> isGivenUp() ? Task.VOID : Task.REFRESH;
      // So that nothing can be paid on it any more.
      case DECLINED -> state.reference() == null || account.closed() ? settling : Task.VOID;
      case VOIDED -> settling;
      case AUTHORIZED, PARTIALLY_CAPTURED, CAPTURED, PARTIALLY_REFUNDED, REFUNDED -> {
        if (isGivenUp() && !account.closed() && !isTaking()) {
          yield Task.VOID;
        }
        boolean rest = account.held() > 0 && wanted() == 0 && account.isQuiet();
        yield open || rest ? Task.SETTLE : resting(state.task());
      }
    };
  }

  /** Whether money is being taken, or may have been: it can only be given back, not let go of. */
  private boolean isTaking() {
    return operations.stream()
        .anyMatch(operation ->
            operation.status().isOpen()
                && (operation.kind() == Kind.CAPTURE || operation.kind() == Kind.ADVANCE));
  }

  private static @Nullable Task resting(@Nullable Task task) {
    return task == Task.REFRESH ? Task.REFRESH : null;
  }

  /** The operation that is next; empty when only the rest is to be let go of. */
  public Optional<Operation> next() {
    return operations.stream().filter(Operation::isDue).min(Comparator.comparing(Payment::turn));
  }

  /**
   * What may have been done already comes first: what the provider has taken tells whether it was,
   * as long as nothing else is taken in between. What waits at the provider, perhaps for days, lets
   * everything else pass.
   */
  private static int turn(Operation operation) {
    return switch (operation.status()) {
      case SUBMITTED, UNKNOWN -> 0;
      case REQUESTED, SUCCEEDED, FAILED -> 1;
      case PENDING -> 2;
    };
  }

  /** Whether something is due that the provider is not just busy with. */
  public boolean hasUnasked() {
    return operations.stream()
        .anyMatch(operation -> operation.isDue() && operation.status() != Operation.Status.PENDING);
  }

  /**
   * The same capture with all of it drawn from what was taken ahead since it was noted; empty when
   * that does not cover it, or when the provider may have been asked already.
   */
  public Optional<Operation> drawnAhead(Operation capture) {
    boolean covers =
        capture.kind() == Kind.CAPTURE
            && capture.status() == Operation.Status.REQUESTED
            && account.ahead() >= charge(capture);
    return covers ? Optional.of(capture.drawing(capture.amount())) : Optional.empty();
  }

  /** What the provider is to be asked for by a capture: what was not taken ahead. */
  public static long charge(Operation capture) {
    return capture.amount() - capture.drawn();
  }

  /**
   * Whether this capture takes all that is left. The same on each repeat of the call, whatever is
   * released meanwhile: the provider refuses a key that comes with another request.
   */
  public boolean isLast(Operation operation) {
    boolean takes = operation.kind() == Kind.CAPTURE || operation.kind() == Kind.ADVANCE;
    return takes && account.taken() + charge(operation) == account.authorized();
  }

  /** Nothing has changed, but somebody has tried. */
  public Changed unchanged() {
    return become(state, null, List.of());
  }

  // --- How a change is put together

  private Fact own(Kind kind, Result result, long amount) {
    return new Fact(kind, id(), null, 1, result, amount, 0);
  }

  private Fact cancellation() {
    return own(Kind.CANCELLATION, Result.SUCCEEDED, 0);
  }

  private Optional<Operation> find(UUID wanted, Kind kind) {
    return operations.stream()
        .filter(operation -> operation.id().equals(wanted) && operation.kind() == kind)
        .findFirst();
  }

  private Changed become(State next, @Nullable EventType event, List<Fact> news) {
    return become(next, event, news, List.of(), null);
  }

  private Changed become(
      State next,
      @Nullable EventType event,
      List<Fact> news,
      List<Operation> changed,
      @Nullable Operation told) {
    var facts = new ArrayList<Fact>(news);
    var operations = new ArrayList<Operation>(changed);
    long then = event == null ? version : version + 1;
    Payment after = with(next, facts, operations, then);
    long excess = after.account().ahead() - after.wanted() - after.account().stuck();
    if (excess > 0) {
      Operation back = after.giveBack(excess);
      facts.add(back.fact(Result.REQUESTED));
      operations.add(back);
      after = with(next, facts, operations, then);
    }
    return new Changed(after.tasked(event != null), event, facts, operations, told, account);
  }

  /** What was taken ahead and no parcel can ask for any more. */
  private Operation giveBack(long excess) {
    long before = operations.stream().filter(operation -> operation.kind() == Kind.RETURN).count();
    UUID back =
        UUID.nameUUIDFromBytes(
            "return:%s:%d".formatted(id(), before).getBytes(StandardCharsets.UTF_8));
    String reason = state.voidReason() == null ? "cancelled" : state.voidReason();
    return Operation.requested(back, id(), null, Kind.RETURN, excess, reason);
  }

  private Payment tasked(boolean news) {
    Task due = due();
    return due == state.task() && !news
        ? this
        : asking(due, due == Task.REFRESH ? state.attempts() : 0);
  }

  private Payment with(State next, List<Fact> news, List<Operation> changed, long nextVersion) {
    var all = new ArrayList<Fact>(facts);
    all.addAll(news);
    var rows = new ArrayList<Operation>(operations);
    for (Operation operation : changed) {
      rows.replaceAll(row ->
          row.id().equals(operation.id()) && row.kind() == operation.kind() ? operation : row);
      if (!rows.contains(operation)) {
        rows.add(operation);
      }
    }
    return of(terms, all, rows, next, nextVersion);
  }

  /**
   * What others are told.
   *
   * @param told the operation that it is about
   */
  PaymentChanged event(@Nullable Operation told) {
    return new PaymentChanged(
        id(),
        orderId(),
        status().name(),
        terms.currency(),
        terms.amount(),
        account.authorized(),
        status() == PaymentStatus.DECLINED ? state.declineCode() : null,
        state.nextAction(),
        account.captured(),
        account.released(),
        account.refunded(),
        told == null ? null : told.event(),
        state.reference(),
        orNull(account.advanced() - account.drawn()),
        orNull(account.returned()),
        orNull(account.disputed()));
  }

  private static @Nullable Long orNull(long amount) {
    return amount == 0 ? null : amount;
  }
}
