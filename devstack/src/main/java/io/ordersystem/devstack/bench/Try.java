package io.ordersystem.devstack.bench;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

final class Try {
  public static void main(String[] a) throws Exception {
    int port = Integer.parseInt(a[0]);
    String token = a[1];
    String prefix = a[2];
    int skus = Integer.parseInt(a[3]);
    int conns = Integer.parseInt(a[4]);
    int secs = Integer.parseInt(a[5]);
    Buffer[] all = new Buffer[skus];
    for (int i = 0; i < skus; i++)
      all[i] =
          HttpLoad.post(
              "/api/inventory/reservations",
              token,
              "{\"ttlSeconds\":86400,\"items\":[{\"variantId\":\""
                  + prefix
                  + i
                  + "\",\"sellerId\":\"s1\",\"quantity\":1}]}");
    try (var load = new HttpLoad()) {
      for (int r = 0; r < Integer.parseInt(a[6]); r++) {
        var result =
            load.run(
                port,
                conns,
                Duration.ofSeconds(secs),
                () -> all[ThreadLocalRandom.current().nextInt(skus)]);
        System.out.printf(
            "%.0f/s %s p50 %d us p99 %d us%n",
            result.perSecond(),
            result.statuses(),
            result.micros().getValueAtPercentile(50),
            result.micros().getValueAtPercentile(99));
      }
    }
  }
}
