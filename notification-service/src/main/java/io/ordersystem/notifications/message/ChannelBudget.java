package io.ordersystem.notifications.message;

import io.ordersystem.notifications.message.ChannelsConfig.Limit;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much may be sent on a channel now, by all replicas together: a bucket of tokens in the
 * database, filled at the channel's rate up to its burst. Taken in the transaction that claims the
 * work, so that a claim that is rolled back costs nothing.
 */
@Singleton
public class ChannelBudget {
  /** A replica whose clock is behind another's brings nothing, and takes nothing back. */
  private static final String REFILL =
      """
      INSERT INTO channel_budgets AS b (channel, tokens, refilled_at) VALUES ($1, $2::int, $3)
      ON CONFLICT (channel) DO UPDATE SET
        tokens = least($2::int, b.tokens + $4::float8 * greatest(0, extract(epoch FROM $3 - b.refilled_at))::float8),
        refilled_at = greatest(b.refilled_at, $3)
      RETURNING tokens
      """;

  private static final String SPEND =
      "UPDATE channel_budgets SET tokens = tokens - $2::int WHERE channel = $1";

  private final ChannelsConfig config;

  ChannelBudget(ChannelsConfig config) {
    this.config = config;
  }

  /**
   * Takes tokens for pieces of work that are due and already locked by the caller's transaction;
   * answers for how many of them there were tokens, which is all for a channel without a limit.
   * Holds the channel's bucket until the transaction ends, so keep that short, and lock the work
   * first.
   *
   * @param channel its name, as {@link Channel#name}
   * @param wanted how many pieces will be sent if there are tokens; not more, for what is taken is
   *     spent
   */
  public Uni<Integer> take(Tx tx, String channel, int wanted, Instant now) {
    Limit limit = limit(channel);
    if (limit == null || limit.ratePerSecond().isEmpty() || wanted == 0) {
      return Uni.createFrom().item(wanted);
    }
    return tx.query(
            REFILL,
            channel,
            limit.burst(),
            OffsetDateTime.ofInstant(now, ZoneOffset.UTC),
            limit.ratePerSecond().getAsDouble())
        .map(rows -> Math.min(wanted, rows.iterator().next().getDouble("tokens").intValue()))
        .call(taken -> tx.query(SPEND, channel, taken));
  }

  private @Nullable Limit limit(String channel) {
    return config.limits().get(channel.toLowerCase(Locale.ROOT));
  }
}
