package io.ordersystem.system;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the running system keeps: tables, topics, Redis, logs, mails and the other files
 * of its state directory. All of it is searched for texts, whatever blanks and hyphens stand
 * between their characters.
 */
final class KeptTexts {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int PATIENCE_SECONDS = 20;
  private static final String LOGS = "log";

  /** Searched by what they are, not byte by byte: a topic's files may be compressed. */
  private static final Set<String> DATA_OF_SERVERS =
      Set.of("postgres", "postgres-replica", "kafka", "keys");

  /** Of every table of every schema, partitions one by one, and of the statements that ran. */
  private static final String COLUMNS =
      """
      SELECT table_schema, table_name,
             string_agg(CASE WHEN data_type = 'bytea' THEN format('encode(%I, ''escape'')', column_name)
                             ELSE format('%I::text', column_name) END, ', ' ORDER BY ordinal_position)
      FROM information_schema.columns c
      JOIN pg_class r ON r.oid = format('%I.%I', table_schema, table_name)::regclass
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
        AND (r.relkind IN ('r', 'm') OR table_name = 'pg_stat_statements')
      GROUP BY table_schema, table_name ORDER BY 1, 2
      """;

  private static final String FIND =
      """
      SELECT sought, min(substring(kept FROM sought || '[0-9]*'))
      FROM (SELECT translate(replace(concat_ws('|', %s), '%%20', ''), ' +-', '') AS kept FROM %s) AS texts
      JOIN unnest(?) AS sought ON kept LIKE '%%' || sought || '%%'
      GROUP BY sought
      """;

  /** Keys and values of whatever type; a reply is read as the bytes that it is. */
  private static final String REDIS_SCRIPT =
      "local all = {} "
          + "for _, key in ipairs(redis.call('keys', '*')) do "
          + "all[#all + 1] = key "
          + "local kind = redis.call('type', key).ok "
          + "if kind == 'string' then all[#all + 1] = redis.call('get', key) "
          + "elseif kind == 'hash' then all[#all + 1] = redis.call('hgetall', key) "
          + "elseif kind == 'list' then all[#all + 1] = redis.call('lrange', key, 0, -1) "
          + "elseif kind == 'set' then all[#all + 1] = redis.call('smembers', key) "
          + "else all[#all + 1] = redis.call('zrange', key, 0, -1, 'WITHSCORES') end "
          + "end return all";

  private final StateDirectory state;
  private final CommandLine system;
  private final List<String> sought;
  private final Pattern pattern;
  private final Map<Kind, Map<String, String>> found = new TreeMap<>();
  private final Map<Kind, Integer> searched = new TreeMap<>();

  /** What keeps texts. */
  enum Kind {
    TABLE,
    TOPIC,
    REDIS,
    LOG,
    FILE
  }

  /**
   * A search.
   *
   * @param sought texts of letters and digits
   */
  KeptTexts(StateDirectory state, CommandLine system, List<String> sought) {
    this.state = state;
    this.system = system;
    this.sought = sought;
    this.pattern = Pattern.compile("(?:" + String.join("|", sought) + ")\\d*");
  }

  /** Looks everywhere. */
  KeptTexts search() throws Exception {
    tables();
    topics();
    redis();
    files();
    return this;
  }

  /** Each place of that kind in which one of the texts stands, with the text and its digits. */
  Map<String, String> found(Kind kind, List<String> texts) {
    var there = new TreeMap<String, String>();
    found
        .getOrDefault(kind, Map.of())
        .forEach((place, text) -> {
          if (texts.stream().anyMatch(text::startsWith)) {
            there.put(place, text);
          }
        });
    return there;
  }

  /** How many tables, records, answers and files were looked at. */
  Map<Kind, Integer> searched() {
    return searched;
  }

  private void tables() throws SQLException {
    try (Connection connection =
            new Database(system.port(LocalPort.POSTGRES)).connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement()) {
      // The server writes slow statements into the log that is searched next.
      statement.execute("SET log_min_duration_statement = -1");
      ResultSet tables = statement.executeQuery(COLUMNS);
      while (tables.next()) {
        String name = tables.getString(1) + "." + tables.getString(2);
        searched.merge(Kind.TABLE, 1, Integer::sum);
        table(connection, name, tables.getString(3));
      }
    }
  }

  private void table(Connection connection, String name, String columns) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(FIND.formatted(columns, name))) {
      query.setArray(1, connection.createArrayOf("text", sought.toArray()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          note(Kind.TABLE, name, rows.getString(2));
        }
      }
    }
  }

  private void topics() throws Exception {
    String brokers = "127.0.0.1:" + system.port(LocalPort.KAFKA);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions = partitions(brokers);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(POLL).forEach(this::message);
      }
    }
  }

  private static List<TopicPartition> partitions(String brokers)
      throws ExecutionException, TimeoutException, InterruptedException {
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
      var names = admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return admin
          .describeTopics(names)
          .allTopicNames()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(topic ->
              topic.partitions().stream()
                  .map(partition -> new TopicPartition(topic.name(), partition.partition())))
          .toList();
    }
  }

  private void message(ConsumerRecord<byte[], byte[]> message) {
    searched.merge(Kind.TOPIC, 1, Integer::sum);
    look(Kind.TOPIC, message.topic() + " (key)", text(message.key()));
    look(Kind.TOPIC, message.topic(), text(message.value()));
    for (Header header : message.headers()) {
      look(Kind.TOPIC, message.topic() + " (header)", header.key() + "=" + text(header.value()));
    }
  }

  private void redis() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), system.port(LocalPort.REDIS))) {
      socket.setSoTimeout(PATIENCE_SECONDS * 1_000);
      socket
          .getOutputStream()
          .write(("EVAL \"" + REDIS_SCRIPT + "\" 0\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      String answer = text(socket.getInputStream().readAllBytes());
      if (!answer.startsWith("*")) {
        throw new AssertionError("Redis did not tell what it holds: " + answer);
      }
      searched.put(Kind.REDIS, Integer.parseInt(answer.substring(1, answer.indexOf('\r'))) / 2);
      look(Kind.REDIS, "redis", answer);
    }
  }

  private void files() throws IOException {
    Files.walkFileTree(
        state.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return DATA_OF_SERVERS.contains(String.valueOf(directory.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path below = state.root().relativize(file);
            Kind kind = below.startsWith(LOGS) ? Kind.LOG : Kind.FILE;
            searched.merge(kind, 1, Integer::sum);
            try (InputStream content = Files.newInputStream(file)) {
              look(kind, below.toString(), unfolded(below, text(content.readAllBytes())));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A mail's lines are broken wherever they are full. */
  private static String unfolded(Path file, String text) {
    return file.toString().endsWith(".eml") ? text.replace("=\r\n", "") : text;
  }

  private void look(Kind kind, String place, String text) {
    Matcher matcher = pattern.matcher(TestCards.withoutSeparators(text));
    while (matcher.find()) {
      note(kind, place, matcher.group());
    }
  }

  /** Also as text: a place may hold several. */
  private void note(Kind kind, String place, String text) {
    found.computeIfAbsent(kind, k -> new TreeMap<>()).put(place + ": " + text, text);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  /** The lines of the services' logs. */
  List<String> logLines() throws IOException {
    var lines = new ArrayList<String>();
    try (var logs = Files.list(state.root().resolve(LOGS))) {
      for (Path log : logs.toList()) {
        lines.addAll(List.of(Files.readString(log).split("\n")));
      }
    }
    return lines;
  }
}
