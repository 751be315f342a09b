package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.redis.RedisCommand;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What may become of Redis. */
enum RedisTrouble {
  STOPPED,
  FROZEN,
  /** It forgets everything, again and again. */
  FLUSHED,
  /** Somebody puts something else under the keys of orders, again and again. */
  OTHER_TYPE,
  /** It has become a replica of nothing: it reads, and refuses to write. */
  READ_ONLY;

  private static final int EVERY_MILLIS = 20;

  private static final String SPOIL =
      "EVAL \"for _, k in ipairs(redis.call('KEYS', '*:*')) do redis.call('DEL', k) redis.call('LPUSH', k, 'x') end return 1\" 0";

  /** Ends the trouble when it is closed. */
  interface Ended extends AutoCloseable {
    @Override
    void close();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether what is written meanwhile must not be shown as it was when it is over. */
  boolean keepsFences() {
    return switch (this) {
      case STOPPED, FROZEN, READ_ONLY -> true;
      // Fences are among what is taken out.
      case FLUSHED, OTHER_TYPE -> false;
    };
  }

  /** Begins it; closing brings Redis back, with what was in it unless it was stopped. */
  Ended begin(Component redis) {
    return switch (this) {
      case STOPPED -> {
        redis.stop().run();
        yield () -> redis.start().run();
      }
      case FROZEN -> {
        redis.daemon().freeze();
        yield () -> redis.daemon().thaw();
      }
      case FLUSHED -> repeated("FLUSHALL");
      case OTHER_TYPE -> repeated(SPOIL);
      case READ_ONLY -> {
        ask("REPLICAOF 127.0.0.1 1");
        yield () -> ask("REPLICAOF NO ONE");
      }
    };
  }

  /** Again and again until it is closed, which tells a failure of any of them. */
  private static Ended repeated(String command) {
    ask(command);
    var clock = Executors.newScheduledThreadPool(1);
    Future<?> going =
        clock.scheduleWithFixedDelay(
            () -> ask(command), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return () -> {
      try (clock) {
        if (going.isDone()) {
          going.get();
        }
        going.cancel(false);
      } catch (ExecutionException e) {
        throw new ComponentFailed("the trouble has ended early: " + e.getCause(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ComponentFailed("interrupted", e);
      }
    };
  }

  private static void ask(String command) {
    String answer = RedisCommand.ask(LocalPort.REDIS.number(), command);
    if (answer.startsWith("-")) {
      throw new ComponentFailed("Redis refuses " + command + ": " + answer);
    }
  }
}
