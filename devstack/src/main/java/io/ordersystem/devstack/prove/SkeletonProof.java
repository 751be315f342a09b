package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Memory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The system starts from nothing, replays 830 orders in both ways, and stays small. */
final class SkeletonProof implements Proof {
  private static final long MEMORY_LIMIT_MIB = 3_584;
  private static final double START_LIMIT_SECONDS = 60;

  @Override
  public String name() {
    return "skeleton";
  }

  @Override
  public String promise() {
    return "an empty machine does a year's business without a difference";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) {
    if (directory == null) {
      throw new ComponentFailed("skeleton needs the DIRECTORY of the Northwind files");
    }
    boolean holds = startsInTime(scene);
    holds &= scene.run("replay", directory.toString(), "--sequential") == 0;
    holds &= scene.run("check") == 0;
    holds &= memory(scene);
    holds &= scene.startsEmpty();
    holds &= scene.run("replay", directory.toString(), "--restock", "--concurrency", "16") == 0;
    holds &= scene.run("check") == 0;
    holds &= memory(scene);
    return holds;
  }

  private static boolean startsInTime(Scene scene) {
    scene.run("down", "--wipe");
    long began = System.nanoTime();
    int status = scene.run("up");
    double seconds = Scene.seconds(began);
    scene.say("up: %.1f s, limit %.0f s", seconds, START_LIMIT_SECONDS);
    return status == 0 && seconds < START_LIMIT_SECONDS;
  }

  private static boolean memory(Scene scene) {
    long mebibytes = Memory.mebibytesOf(scene.system());
    scene.say("memory of all processes: %d MiB, limit %d MiB", mebibytes, MEMORY_LIMIT_MIB);
    return mebibytes < MEMORY_LIMIT_MIB;
  }
}
