package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A locked order with where its saga is and which commands wait for their answer: what one
 * transaction reads, moves on and writes.
 */
public final class OrderProcess {
  private final OrderTree tree;
  private final SagaRow before;
  private Saga.Step step;
  private @Nullable Instant deadline;
  private int attempts;
  private final List<PendingCommand> pending;
  private final List<OutgoingEvent> commands = new ArrayList<>();
  private @Nullable LearnedPayment payment;

  OrderProcess(OrderTree tree, SagaRow row) {
    this.tree = tree;
    this.before = row;
    this.step = row.step();
    this.deadline = row.deadline();
    this.attempts = row.attempts();
    this.pending = new ArrayList<>(row.pending());
  }

  /**
   * A saga as it is stored.
   *
   * @param deadline of the step: when its command is sent again
   * @param flag why somebody should look at the order, and since when
   * @param version fences writers that lost their lock
   */
  public record SagaRow(
      Saga.Step step,
      @Nullable Instant deadline,
      int attempts,
      List<PendingCommand> pending,
      @Nullable Flag flag,
      long version) {
    static final SagaRow NEW = new SagaRow(Saga.Step.RESERVING, null, 0, List.of(), null, 0);
  }

  /** Why somebody should look at an order. */
  public record Flag(String reason, Instant since) {}

  /** When and why something happens, and how long answers may take. */
  public record Moment(Instant now, Cause cause, Duration answerWithin) {}

  public OrderTree tree() {
    return tree;
  }

  Saga.Step step() {
    return step;
  }

  /** Whether a command has waited for its answer long enough. */
  boolean isOverdue(Instant now) {
    return isStepOverdue(now) || pending.stream().anyMatch(command -> command.isOverdue(now));
  }

  private boolean isStepOverdue(Instant now) {
    return deadline != null && !deadline.isAfter(now);
  }

  boolean isExpired(Instant now) {
    return tree.root().status() == OrderStatus.PENDING
        && !tree.root().header().expiresAt().isAfter(now);
  }

  /**
   * Something happened. True when there is something to write.
   *
   * @param requested why, when somebody cancels the order
   */
  public boolean handle(Saga.Input input, @Nullable CancelReason requested, Moment moment) {
    boolean resent = input == Saga.Input.UNANSWERED && resend(moment);
    if (input == Saga.Input.UNANSWERED && !isStepOverdue(moment.now())) {
      return resent;
    }
    boolean free = tree.root().header().amounts().total() == 0;
    Saga.Decision decision = Saga.decide(step, input, free);
    if (decision.actions().isEmpty() && decision.step() == step) {
      return resent;
    }
    decision.actions().forEach(action -> act(action, requested, moment));
    await(decision, moment);
    return true;
  }

  private void act(Saga.Action action, @Nullable CancelReason requested, Moment moment) {
    Instant now = moment.now();
    String key = tree.id().toString();
    switch (action) {
      case CONFIRM -> tree.confirm(now);
      case REQUIRE_ACTION -> tree.requireAction(now);
      case CANCEL_OUT_OF_STOCK -> tree.cancel(CancelReason.OUT_OF_STOCK, now);
      case CANCEL_PAYMENT_DECLINED -> tree.cancel(CancelReason.PAYMENT_DECLINED, now);
      case CANCEL_EXPIRED -> tree.cancel(CancelReason.EXPIRED, now);
      case CANCEL_REQUESTED ->
          tree.cancel(requested == null ? CancelReason.OPERATOR : requested, now);
      case FLAG_LAPSED -> tree.lapse(now);
      case RESERVE_STOCK -> send(EventType.RESERVE_STOCK, tree.reserveStock(), moment);
      case AUTHORIZE_PAYMENT -> send(EventType.AUTHORIZE_PAYMENT, tree.authorizePayment(), moment);
      case RELEASE_STOCK ->
          send(EventType.RELEASE_STOCK, ReleaseStock.all(key, cancelReason()), moment);
      case VOID_PAYMENT ->
          send(EventType.VOID_PAYMENT, new VoidPayment(tree.id(), cancelReason()), moment);
    }
  }

  private String cancelReason() {
    CancelReason reason = tree.root().state().cancelReason();
    return reason == null ? "CANCELLED" : reason.name();
  }

  /** Awaits the answer to what the step asked for; each repetition of the same step counts. */
  private void await(Saga.Decision decision, Moment moment) {
    boolean asked =
        decision.actions().contains(Saga.Action.RESERVE_STOCK)
            || decision.actions().contains(Saga.Action.AUTHORIZE_PAYMENT);
    if (asked) {
      attempts = decision.step() == step ? attempts + 1 : 1;
      deadline = moment.now().plus(PendingCommand.patience(moment.answerWithin(), attempts));
    } else {
      deadline = null;
    }
    step = decision.step();
  }

  /** Sends a command that waits for its answer under the id. */
  public void ask(UUID id, EventType type, Record data, Moment moment) {
    pending.add(PendingCommand.first(id, type, data, moment.now().plus(moment.answerWithin())));
    send(type, data, moment);
  }

  /** Sends every overdue command again. True when there was one. */
  private boolean resend(Moment moment) {
    return sendAgain(
        moment,
        command ->
            command.isOverdue(moment.now())
                ? command.again(moment.now(), moment.answerWithin())
                : command);
  }

  /**
   * Sends everything that is unanswered or was refused again, now. True when there was anything.
   */
  public boolean resume(Moment moment) {
    boolean any =
        sendAgain(moment, command -> command.resumed(moment.now(), moment.answerWithin()));
    if (deadline != null) {
      deadline = moment.now();
      return handle(Saga.Input.UNANSWERED, null, moment) || any;
    }
    return any;
  }

  private boolean sendAgain(Moment moment, UnaryOperator<PendingCommand> next) {
    boolean any = false;
    for (int i = 0; i < pending.size(); i++) {
      PendingCommand command = pending.get(i);
      PendingCommand again = next.apply(command);
      if (again != command) {
        pending.set(i, again);
        send(command.type(), command.data(), moment);
        any = true;
      }
    }
    return any;
  }

  private void send(EventType type, Record data, Moment moment) {
    commands.add(OutgoingEvent.command(type, tree.id().toString(), data, moment.cause()));
  }

  /** A command was answered: it waits no longer. Empty when it did not wait any more. */
  Optional<PendingCommand> answered(UUID id, EventType type) {
    Optional<PendingCommand> found = find(id, type);
    found.ifPresent(pending::remove);
    return found;
  }

  /** A neighbour refused a command: it waits for somebody to decide. */
  void refused(UUID id, EventType type, String code) {
    find(id, type)
        .ifPresent(command -> pending.set(pending.indexOf(command), command.refused(code)));
  }

  private Optional<PendingCommand> find(UUID id, EventType type) {
    return pending.stream()
        .filter(command -> command.id().equals(id) && command.type() == type)
        .findFirst();
  }

  /** What this transaction sends. */
  List<OutgoingEvent> commands() {
    return List.copyOf(commands);
  }

  /** The saga as it is to be stored. */
  SagaRow sagaRow(Instant now) {
    String reason = flagReason();
    Flag flag = before.flag();
    Flag next = reason == null ? null : new Flag(reason, flag == null ? now : flag.since());
    return new SagaRow(step, deadline, attempts, List.copyOf(pending), next, before.version() + 1);
  }

  /** The saga as it was read. */
  public SagaRow read() {
    return before;
  }

  /** Whether this transaction is the one that flags the order. */
  boolean isNewlyFlagged() {
    return before.flag() == null && flagReason() != null;
  }

  @Nullable String flagReason() {
    for (PendingCommand command : pending) {
      if (command.failure() != null) {
        return command.type() + " was refused: " + command.failure();
      }
    }
    if (tree.root().state().paymentStatus() == PaymentStatus.FAILED
        && tree.root().status() != OrderStatus.CANCELLED) {
      return "the authorisation has lapsed";
    }
    if (deadline != null && attempts > 1) {
      return step + " is not answered";
    }
    return pending.stream()
        .filter(command -> command.attempts() > 1)
        .findFirst()
        .map(command -> command.type() + " is not answered")
        .orElse(null);
  }

  /** What payment-service last said of the payment. */
  void learn(LearnedPayment said) {
    payment = said;
  }

  @Nullable LearnedPayment learnedPayment() {
    return payment;
  }
}
