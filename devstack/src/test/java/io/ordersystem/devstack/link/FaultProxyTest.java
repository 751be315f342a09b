package io.ordersystem.devstack.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link in front of the real PostgreSQL of the test stack. */
@SuppressWarnings("NullAway.Init") // JUnit fills the field before each test
class FaultProxyTest {
  private final TestDatabase direct = TestDatabase.superuserIn("public");
  private FaultProxy link;

  @BeforeEach
  void open() throws IOException {
    int port = URI.create(TestDatabase.serverUrl().substring("jdbc:".length())).getPort();
    link = new FaultProxy(0, port);
    direct.execute("CREATE TABLE IF NOT EXISTS link_test (id int PRIMARY KEY)");
    direct.execute("TRUNCATE link_test");
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    direct.execute("DROP TABLE link_test");
  }

  @Test
  void leadsElsewhereWhenItIsRedirectedAlsoAfterItWasHealed() throws Exception {
    try (Connection connection = connect();
        var elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      insert(connection, 1);
      link.redirect(elsewhere.getLocalPort());
      assertThatThrownBy(() -> insert(connection, 2)).isInstanceOf(SQLException.class);
      link.heal();
      try (var client = new Socket(InetAddress.getLoopbackAddress(), link.port());
          var server = elsewhere.accept()) {
        client.getOutputStream().write(7);
        assertThat(server.getInputStream().read()).isEqualTo(7);
      }
    }
  }

  @Test
  void carriesEverythingUntilItIsCutAndAgainWhenHealed() throws SQLException {
    try (Connection connection = connect()) {
      insert(connection, 1);
      link.cut();
      assertThatThrownBy(() -> insert(connection, 2)).isInstanceOf(SQLException.class);
      assertThatThrownBy(this::connect).isInstanceOf(SQLException.class);
    }
    link.heal();
    try (Connection connection = connect()) {
      insert(connection, 3);
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void losesACommitBeforeItArrivesOrItsAnswerAfterwards() throws SQLException {
    for (FaultProxy.CommitCut where : FaultProxy.CommitCut.values()) {
      try (Connection connection = connectAsServicesDo()) {
        link.cutNextCommit(where);
        try (Statement statement = connection.createStatement()) {
          statement.execute("BEGIN");
          statement.execute("INSERT INTO public.link_test VALUES (" + where.ordinal() + ")");
          assertThatThrownBy(() -> statement.execute("COMMIT")).isInstanceOf(SQLException.class);
        }
      }
    }
    assertThat(link.commitsCut()).isEqualTo(2);
    assertThat(direct.number("SELECT id FROM link_test"))
        .isEqualTo(FaultProxy.CommitCut.AFTER.ordinal());
  }

  @Test
  void holdsBackWithoutClosingAndDelays() throws Exception {
    try (Connection connection = connect()) {
      link.pause();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  insert(connection, 1);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(waiting.join(Duration.ofMillis(300))).isFalse();
      assertThat(count()).isZero();
      link.heal();
      assertThat(waiting.join(Duration.ofSeconds(5))).isTrue();
      assertThat(count()).isEqualTo(1);

      link.delay(Duration.ofMillis(60));
      long began = System.nanoTime();
      insert(connection, 2);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }
  }

  @Test
  void breaksEachConnectionAfterSoManyBytes() throws SQLException {
    try (Connection connection = connect()) {
      link.dropAfter(4_000);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  insert(connection, i);
                }
              })
          .isInstanceOf(SQLException.class);
    }
    assertThat(count()).isBetween(1L, 200L);
  }

  @Test
  void breaksAfterExactlySoManyBytes() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var cut = new FaultProxy(0, server.getLocalPort());
        var client = new Socket(InetAddress.getLoopbackAddress(), cut.port())) {
      cut.dropAfter(4);
      client.getOutputStream().write("abcdefghij".getBytes(UTF_8));
      try (var accepted = server.accept()) {
        assertThat(accepted.getInputStream().readNBytes(4)).isEqualTo("abcd".getBytes(UTF_8));
        assertThatThrownBy(() -> accepted.getInputStream().read())
            .isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void anEndOfInputStillGetsItsAnswer() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var whole = new FaultProxy(0, server.getLocalPort());
        var client = new Socket(InetAddress.getLoopbackAddress(), whole.port())) {
      client.getOutputStream().write("question".getBytes(UTF_8));
      client.shutdownOutput();
      try (var accepted = server.accept()) {
        assertThat(accepted.getInputStream().readAllBytes()).isEqualTo("question".getBytes(UTF_8));
        accepted.getOutputStream().write("answer".getBytes(UTF_8));
      }
      assertThat(client.getInputStream().readAllBytes()).isEqualTo("answer".getBytes(UTF_8));
    }
  }

  private Connection connect() throws SQLException {
    return new Database(link.port()).connect(DatabaseRole.SUPERUSER);
  }

  /** The reactive client sends COMMIT as a simple query; the JDBC driver only when told to. */
  private Connection connectAsServicesDo() throws SQLException {
    return DriverManager.getConnection(
        new Database(link.port()).jdbcUrl() + "?preferQueryMode=simple",
        DatabaseRole.SUPERUSER.roleName(),
        DatabaseRole.SUPERUSER.password());
  }

  private static void insert(Connection connection, int id) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO public.link_test VALUES (" + id + ")");
    }
  }

  private long count() {
    return direct.number("SELECT count(*) FROM link_test");
  }
}
