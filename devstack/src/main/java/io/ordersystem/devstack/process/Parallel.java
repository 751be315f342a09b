package io.ordersystem.devstack.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several steps at the same time. */
public final class Parallel {

  private Parallel() {}

  /** Runs all steps to their end; then throws the first failure, the others suppressed in it. */
  public static void run(List<Runnable> steps) {
    var context = Thread.currentThread().getContextClassLoader();
    try (var threads =
        Executors.newThreadPerTaskExecutor(step -> {
          var thread = new Thread(step, "devstack");
          thread.setContextClassLoader(context);
          return thread;
        })) {
      var running = new ArrayList<Future<?>>();
      steps.forEach(step -> running.add(threads.submit(step)));
      join(running);
    }
  }

  private static void join(List<Future<?>> running) {
    RuntimeException failure = null;
    for (var step : running) {
      try {
        step.get();
      } catch (ExecutionException e) {
        var cause =
            e.getCause() instanceof ComponentFailed failed
                ? failed
                : new ComponentFailed(String.valueOf(e.getCause()), e);
        if (failure == null) {
          failure = cause;
        } else {
          failure.addSuppressed(cause);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ComponentFailed("interrupted while starting", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
