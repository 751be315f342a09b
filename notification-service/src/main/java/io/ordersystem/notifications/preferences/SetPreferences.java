package io.ordersystem.notifications.preferences;

import io.ordersystem.notifications.message.Audience;
import io.ordersystem.notifications.message.Channels;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Keeps what customers and sellers prefer. */
@ApplicationScoped
class SetPreferences {
  private static final String FIND =
      "SELECT email, locale, channels, version, updated_at FROM preferences WHERE audience = $1 AND party_id = $2";
  private static final String INSERT =
      """
      INSERT INTO preferences (audience, party_id, email, locale, channels, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT DO NOTHING
      RETURNING email, locale, channels, version, updated_at
      """;

  /** What is the same already keeps its version: a repeated PUT changes nothing. */
  private static final String UPDATE =
      """
      UPDATE preferences SET email = $3, locale = $4, channels = $5, version = version + 1, updated_at = $6
      WHERE audience = $1 AND party_id = $2 AND (email, locale, channels) IS DISTINCT FROM ($3, $4, $5::text[])
      """;

  private final Transactions transactions;
  private final Reads reads;
  private final Channels channels;
  private final Clock clock;

  SetPreferences(Transactions transactions, Reads reads, Channels channels, Clock clock) {
    this.transactions = transactions;
    this.reads = reads;
    this.channels = channels;
    this.clock = clock;
  }

  /** Whose preferences. */
  record Party(Audience audience, String id) {}

  /** What is preferred, as a whole. */
  record Wish(@Nullable String email, @Nullable String locale, Set<String> channels) {}

  /** What became of it: {@code created} tells 201 from 200. */
  record Put(PreferencesView preferences, boolean created) {}

  /** Fails with {@code not-found} when the party has named none. */
  Uni<PreferencesView> get(Party party) {
    return reads.read(database ->
        database
            .query(FIND, party.audience().name(), party.id())
            .map(found -> {
              if (!found.iterator().hasNext()) {
                throw new DomainException(ProblemType.NOT_FOUND, "no preferences were named");
              }
              return view(party, found);
            }));
  }

  /**
   * Puts them in the place of what was there.
   *
   * @throws DomainException {@code validation-failed} for a channel that there is not
   */
  Uni<Put> set(Party party, Wish wish, @Nullable String ifMatch) {
    requireKnown(wish.channels());
    return transactions.inTransaction(tx ->
        tx.query(INSERT, parameters(party, wish))
            .chain(inserted -> {
              if (!inserted.iterator().hasNext()) {
                return change(tx, party, wish, ifMatch);
              }
              if (ifMatch != null) {
                // Undoes the insert: what is not there matches no version, and no "*" either.
                throw new DomainException(
                    ProblemType.VERSION_MISMATCH, "there are no preferences yet");
              }
              return Uni.createFrom().item(new Put(view(party, inserted), true));
            }));
  }

  private Uni<Put> change(Tx tx, Party party, Wish wish, @Nullable String ifMatch) {
    return tx.query(FIND + " FOR UPDATE", party.audience().name(), party.id())
        .invoke(before -> EntityTags.require(ifMatch, before.iterator().next().getLong("version")))
        .chain(() -> tx.update(UPDATE, parameters(party, wish)))
        .chain(() -> tx.query(FIND, party.audience().name(), party.id()))
        .map(after -> new Put(view(party, after), false));
  }

  private @Nullable Object[] parameters(Party party, Wish wish) {
    return new @Nullable Object[] {
      party.audience().name(),
      party.id(),
      wish.email(),
      wish.locale(),
      new TreeSet<>(wish.channels()).toArray(String[]::new),
      OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)
    };
  }

  private void requireKnown(Set<String> wanted) {
    List<DomainException.Invalid> unknown =
        wanted.stream()
            .filter(name -> !channels.names().contains(name))
            .map(name ->
                new DomainException.Invalid(
                    "/channels", "must be of " + String.join(", ", channels.names())))
            .limit(1)
            .toList();
    if (!unknown.isEmpty()) {
      throw new DomainException(ProblemType.VALIDATION_FAILED, "there is no such channel", unknown);
    }
  }

  private static PreferencesView view(Party party, RowSet<Row> found) {
    Row row = found.iterator().next();
    return new PreferencesView(
        party.audience() == Audience.CUSTOMER ? party.id() : null,
        party.audience() == Audience.SELLER ? party.id() : null,
        row.getString("email"),
        row.getString("locale"),
        Arrays.asList(row.getArrayOfStrings("channels")),
        row.getLong("version"),
        row.getOffsetDateTime("updated_at").toInstant());
  }
}
