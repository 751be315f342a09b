package io.ordersystem.devstack.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import one.convert.Arguments;
import one.convert.FlameGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of this JVM, drawn. */
class ProfileTest {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final long WAIT = 300;

  @TempDir private Path directory;
  private final Lock lock = new ReentrantLock();
  private final Semaphore semaphore = new Semaphore(0);
  private final Object monitor = new Object();
  private final LinkedBlockingQueue<String> work = new LinkedBlockingQueue<>();
  private byte[] last = {};

  private interface Activity {
    void run() throws InterruptedException;
  }

  @Test
  void findsTheFrameThatComputes() throws Exception {
    var profile = draw(ProfiledEvent.CPU, () -> BusyJvm.compute(Duration.ofSeconds(1)));

    var hottest = profile.hottest(1).getFirst();
    assertThat(hottest.frame()).isEqualTo(BusyJvm.class.getName() + ".compute");
    assertThat(hottest.amount()).isBetween(seconds(0.1), seconds(1.1));
    assertThat(drawn()).contains(BusyJvm.class.getName() + ".compute ");
    assertThat(page())
        .contains("<h1>a title</h1>")
        .as("needs nothing else")
        .doesNotContainPattern("(src|<link[^>]* href)=");
  }

  @Test
  void countsWhatIsAllocatedByClassAndPlaceAndOnlyMeanwhile() throws Exception {
    allocate(200);
    var profile = draw(ProfiledEvent.ALLOC, () -> allocate(50));

    var hottest = profile.hottest(1).getFirst();
    assertThat(hottest.frame()).isEqualTo("byte[] in " + getClass().getName() + ".allocate");
    assertThat(hottest.amount()).isBetween(40L * MEBIBYTE, 60L * MEBIBYTE);
    assertThat(drawn()).contains(getClass().getName() + ".allocate;byte[] ");
  }

  @Test
  void showsWhoWaitsForLocksAndNotWhoWaitsForWork() throws Exception {
    var profile = draw(ProfiledEvent.LOCK, this::letThreeWait);

    var name = getClass().getName();
    assertThat(profile.hottest(9))
        .extracting(Profile.Hot::frame)
        .contains(
            "java.util.concurrent.locks.ReentrantLock$NonfairSync in " + name + ".waitForTheLock",
            "java.lang.Object in " + name + ".waitForTheMonitor",
            "java.util.concurrent.Semaphore$NonfairSync in " + name + ".waitForTheSemaphore");
    assertThat(profile.hottest(9))
        .allSatisfy(hot -> assertThat(hot.amount()).isBetween(seconds(0.1), seconds(5)));
    assertThat(drawn()).contains(name + ".waitForTheLock").doesNotContain("LinkedBlockingQueue");
  }

  @Test
  void drawsNothingOfNothing() throws Exception {
    Files.writeString(directory.resolve("page.html"), "an older one");
    var profile = draw(ProfiledEvent.LOCK, () -> {});

    assertThat(profile.samples()).isZero();
    assertThat(profile.hottest(5)).isEmpty();
    assertThat(directory.resolve("page.html")).doesNotExist();
  }

  private Profile draw(ProfiledEvent event, Activity activity) throws Exception {
    var file = directory.resolve("recording.jfr");
    try (var recording = new Recording()) {
      recording.setSettings(
          event.settings().stream()
              .map(setting -> setting.split("="))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
      recording.start();
      activity.run();
      recording.stop();
      recording.dump(file);
    }
    return Profile.draw(file, event, "a title", directory.resolve("page.html"));
  }

  private void allocate(int mebibytes) {
    for (int made = 0; made < mebibytes; made++) {
      last = new byte[MEBIBYTE];
    }
    assertThat(last).hasSize(MEBIBYTE);
  }

  private void letThreeWait() throws InterruptedException {
    List<Thread> waiting;
    lock.lock();
    try {
      synchronized (monitor) {
        waiting =
            Stream.<Runnable>of(
                    this::waitForTheLock, this::waitForTheMonitor, this::waitForTheSemaphore)
                .map(Thread.ofPlatform()::start)
                .toList();
        assertThat(work.poll(WAIT, TimeUnit.MILLISECONDS)).isNull();
      }
    } finally {
      lock.unlock();
    }
    semaphore.release();
    for (Thread thread : waiting) {
      thread.join();
    }
  }

  private void waitForTheLock() {
    lock.lock();
    try {
      last = new byte[1];
    } finally {
      lock.unlock();
    }
  }

  private void waitForTheMonitor() {
    synchronized (monitor) {
      last = new byte[1];
    }
  }

  private void waitForTheSemaphore() {
    semaphore.acquireUninterruptibly();
  }

  /**
   * The page's stacks, a line each, without how a frame was compiled; as its own maker reads it.
   */
  private String drawn() throws IOException {
    var stacks = directory.resolve("stacks.txt");
    FlameGraph.convert(
        directory.resolve("page.html").toString(),
        stacks.toString(),
        new Arguments("--output", "collapsed"));
    return Files.readString(stacks).replaceAll("_\\[.]", "");
  }

  private String page() throws IOException {
    return Files.readString(directory.resolve("page.html"));
  }

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }
}
