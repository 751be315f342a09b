package io.ordersystem.payments.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.contracts.EventType;
import io.ordersystem.payments.payment.Fact.Kind;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.Payment.Task;
import io.ordersystem.payments.payment.Payment.Wanted;
import io.ordersystem.payments.payment.ledger.LedgerEntry;
import io.ordersystem.payments.payment.ledger.Posting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random captures, releases, refunds, advances, cancellations and webhooks, with a provider that
 * loses answers after it has acted, repeats old ones, refuses, takes its time, and lets refunds
 * bounce. Whatever happens the caps hold, the books balance, and when all is quiet the provider has
 * exactly the money that we say.
 */
class PaymentPropertyTest {
  private static final int SEQUENCES = 400;
  private static final int STEPS = 60;
  private static final UUID FIRST = new UUID(0, 11);
  private static final UUID SECOND = new UUID(0, 12);

  /** A provider of one payment: acts once per key, and forgets nothing. */
  private static final class Provider {
    private final boolean automatic;
    private long authorized;
    private long captured;
    private long refunded;
    private boolean open;
    private boolean canceled;
    private boolean once;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<UUID, Long> refunds = new HashMap<>();

    Provider(boolean automatic) {
      this.automatic = automatic;
    }

    Outcome authorize(long amount) {
      if (authorized == 0 && !canceled) {
        authorized = amount;
        captured = automatic ? amount : 0;
        open = !automatic;
      }
      return state();
    }

    Outcome state() {
      if (canceled) {
        return new Outcome.Voided("pi");
      }
      return authorized == 0
          ? new Outcome.Unknown("nothing yet", null)
          : new Outcome.Authorized("pi", authorized, captured, open, !once);
    }

    Outcome cancel() {
      if (captured == 0) {
        canceled = true;
        open = false;
      }
      return state();
    }

    Answer letGo() {
      open = false;
      return new Answer.Done("pi");
    }

    Answer act(Operation operation, long amount, boolean last, Random random) {
      String key = operation.kind() + " " + operation.id() + " " + operation.round();
      if (operation.reference() != null) {
        return state(operation);
      }
      return answers.computeIfAbsent(key, _ -> first(operation, amount, last, random));
    }

    private Answer first(Operation operation, long amount, boolean last, Random random) {
      if (operation.kind() == Kind.CAPTURE || operation.kind() == Kind.ADVANCE) {
        boolean leavesSome = !last && captured + amount < authorized;
        if (!open || captured + amount > authorized || (once && leavesSome)) {
          return new Answer.Refused("unexpected_state");
        }
        captured += amount;
        open = open && !last && captured < authorized;
        return new Answer.Done("pi");
      }
      if (refunded + amount > captured) {
        return new Answer.Refused("too_much");
      }
      refunded += amount;
      refunds.put(operation.id(), amount);
      return random.nextInt(3) == 0
          ? new Answer.Pending("re_" + operation.id(), "pending")
          : new Answer.Done("re_" + operation.id());
    }

    /** A refund that was asked for before: what it is now. */
    private Answer state(Operation refund) {
      return refunds.containsKey(refund.id())
          ? new Answer.Done("re_" + refund.id())
          : new Answer.Refused("refund_failed");
    }

    /** The bank sends the money of a refund back, as it may whenever it likes. */
    void bounce(Operation refund) {
      Long given = refunds.remove(refund.id());
      refunded -= given == null ? 0 : given;
    }
  }

  private final Random random = new Random();
  private final Map<String, Long> books = new HashMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private Payment payment = nothing(CaptureMode.AT_SHIPMENT);
  private Provider provider = new Provider(false);
  private int events;

  private static Payment nothing(CaptureMode mode) {
    var terms =
        new Payment.Terms(
            new UUID(0, 1),
            new UUID(0, 2),
            "c1",
            "EUR",
            2500,
            "pm",
            mode,
            1250,
            List.of(new Share(FIRST, "s1", 1000), new Share(SECOND, "s2", 1500)));
    return Payment.requested(terms, null).payment();
  }

  @ParameterizedTest
  @CsvSource({
    "AT_SHIPMENT,1",
    "AT_SHIPMENT,2",
    "AT_SHIPMENT,5",
    "AT_CONFIRMATION,3",
    "AT_CONFIRMATION,4",
    "AT_CONFIRMATION,6"
  })
  void whateverHappensTheMoneyAddsUp(CaptureMode mode, long seed) {
    random.setSeed(seed);
    int voided = 0;
    int captured = 0;
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      begin(mode);
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      settleAll();
      theProviderHasWhatWeSay(mode + " " + seed + " " + sequence);
      voided += payment.status() == PaymentStatus.VOIDED ? 1 : 0;
      captured += payment.account().captured() > 0 ? 1 : 0;
    }
    // Otherwise this would prove little.
    assertThat(voided).isBetween(10, SEQUENCES - 10);
    assertThat(captured).isBetween(10, SEQUENCES - 10);
  }

  private void begin(CaptureMode mode) {
    payment = nothing(mode);
    provider = new Provider(mode == CaptureMode.AT_CONFIRMATION);
    provider.once = random.nextInt(3) == 0;
    books.clear();
    late.clear();
    events = 1;
  }

  private void step() {
    UUID order = random.nextBoolean() ? FIRST : SECOND;
    long amount = 1L + random.nextInt(900);
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> take(Kind.CAPTURE, order, amount);
      case 3, 4 -> take(Kind.REFUND, order, amount);
      case 5 -> release(order, amount);
      case 6 -> {
        if (random.nextInt(3) == 0) {
          take(Kind.ADVANCE, null, amount);
        }
      }
      case 7 -> {
        if (random.nextInt(5) == 0) {
          payment.giveUp("CUSTOMER").ifPresent(this::apply);
        }
      }
      case 8 -> payment = payment.toBeRefreshed();
      case 9 -> {
        if (!late.isEmpty()) {
          late.remove(random.nextInt(late.size())).run();
        }
      }
      case 10 -> newsOfSomeRefund();
      default -> work(random.nextInt(4) == 0);
    }
  }

  private void take(Kind kind, @Nullable UUID order, long amount) {
    var wanted =
        new Wanted(new UUID(random.nextLong(), random.nextLong()), order, kind, amount, "x");
    if (kind == Kind.ADVANCE && payment.obstacle(wanted).isPresent()) {
      return; // an operator is told so at once
    }
    payment.take(wanted).ifPresent(this::apply);
    assertThat(payment.take(wanted)).satisfies(again -> repeatsOnlyAFailedCapture(again, kind));
  }

  private static void repeatsOnlyAFailedCapture(Optional<Changed> again, Kind kind) {
    if (kind != Kind.CAPTURE) {
      assertThat(again).isEmpty();
    }
  }

  private void release(UUID order, long amount) {
    var wanted =
        new Wanted(
            new UUID(random.nextLong(), random.nextLong()), order, Kind.RELEASE, amount, "x");
    if (payment.obstacle(wanted).isEmpty()) {
      payment.take(wanted).ifPresent(this::apply);
    }
  }

  /** The provider tells of a refund that has bounced, or for no reason at all. */
  private void newsOfSomeRefund() {
    payment.operations().stream()
        .filter(o -> o.kind() == Kind.REFUND || o.kind() == Kind.RETURN)
        .filter(o -> o.reference() != null && o.status() != Operation.Status.FAILED)
        .findFirst()
        .ifPresent(o -> {
          if (random.nextInt(3) == 0) {
            provider.bounce(o);
          }
          payment.hintOfRefund(Objects.requireNonNull(o.reference())).ifPresent(this::apply);
        });
  }

  /** What the worker does; the answer may be lost, and may come again later. */
  private void work(boolean lost) {
    Task task = payment.state().task();
    if (task == null) {
      return;
    }
    Payment asked = payment;
    Operation operation = task == Task.SETTLE ? payment.next().orElse(null) : null;
    boolean letsGo =
        operation == null
            && (task == Task.SETTLE || task == Task.VOID)
            && payment.account().taken() > 0;
    Operation drawn = operation == null ? null : payment.drawnAhead(operation).orElse(null);
    if (drawn != null) {
      payment.answered(drawn, new Answer.Done(null), payment.isLast(drawn)).ifPresent(this::apply);
    } else if (operation != null) {
      boolean last = payment.isLast(operation);
      Answer answer = provider.act(operation, Payment.charge(operation), last, random);
      Answer heard = lost ? new Answer.Unanswered("lost") : answer;
      payment.answered(operation, heard, last).ifPresent(this::apply);
      // Some are never heard again.
      if (lost ? random.nextBoolean() : random.nextInt(5) == 0) {
        if (!(answer instanceof Answer.Pending)) {
          late.add(() -> payment.answered(operation, answer, last).ifPresent(this::apply));
        }
      }
    } else if (letsGo) {
      provider.letGo();
      apply(lost ? payment.unchanged() : payment.closed());
    } else {
      Outcome outcome = outcome(asked, task);
      Outcome heard = lost ? new Outcome.Unknown("lost", null) : outcome;
      Payment told = heard instanceof Outcome.Unknown ? payment : payment.refreshed();
      payment = told;
      told.apply(heard).ifPresent(this::apply);
      if (random.nextBoolean()) {
        late.add(() -> payment.apply(outcome).ifPresent(this::apply));
      }
    }
  }

  private Outcome outcome(Payment asked, Task task) {
    if (asked.state().reference() == null) {
      return provider.authorize(asked.terms().amount());
    }
    return task == Task.VOID || task == Task.SETTLE ? provider.cancel() : provider.state();
  }

  private void apply(Changed changed) {
    Account before = changed.before();
    Account after = changed.payment().account();
    assertThat(before).isEqualTo(payment.account());
    payment = changed.payment();
    events += changed.event() == null ? 0 : 1;
    assertThat(payment.version()).isEqualTo(events);
    List<LedgerEntry> entries = Posting.between(before, after, payment.terms(), "stripe");
    assertThat(entries.stream().mapToLong(LedgerEntry::amount).sum()).isZero();
    entries.forEach(entry -> books.merge(entry.account(), entry.amount(), Long::sum));
    capsHold(after);
    if (changed.event() == EventType.PAYMENT_VOIDED) {
      assertThat(after.captured()).isZero();
    }
  }

  private static void capsHold(Account account) {
    account
        .shares()
        .values()
        .forEach(share -> {
          assertThat(share.drawable()).isNotNegative();
          assertThat(share.refundable()).isNotNegative();
        });
    assertThat(account.taken()).isBetween(0L, account.authorized());
    assertThat(account.givenBack()).isBetween(0L, account.taken());
    assertThat(account.chargeable()).isNotNegative();
    assertThat(account.ahead()).isNotNegative();
  }

  /** The provider answers everything, until nothing is due any more. */
  private void settleAll() {
    late.forEach(Runnable::run);
    int bound = 200;
    while (payment.state().task() != null && bound-- > 0) {
      work(false);
    }
    assertThat(payment.state().task()).as("what is due ends").isNull();
  }

  private void theProviderHasWhatWeSay(String which) {
    Account account = payment.account();
    assertThat(account.isQuiet()).as(which).isTrue();
    assertThat(account.taken()).as("taken " + which).isEqualTo(provider.captured);
    assertThat(account.givenBack()).as("given back " + which).isEqualTo(provider.refunded);
    if (account.held() == 0) {
      assertThat(provider.open).as("open " + which).isFalse();
    }
    assertThat(booked("provider:stripe")).isEqualTo(provider.captured - provider.refunded);
    assertThat(booked("refunds")).isZero();
    assertThat(-booked("customer:c1")).isEqualTo(account.ahead());
    long kept = account.captured() - account.refunded();
    assertThat(-booked("seller:s1") - booked("seller:s2") - booked("fees")).isEqualTo(kept);
    if (payment.state().voidReason() != null) {
      assertThat(account.taken() - account.givenBack())
          .as("an order that was given up keeps nothing but what is stuck, " + which)
          .isEqualTo(account.ahead())
          .isLessThanOrEqualTo(account.stuck());
    }
  }

  private long booked(String account) {
    return books.getOrDefault(account, 0L);
  }
}
