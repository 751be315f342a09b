package io.ordersystem.devstack.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP link on the loopback that can be broken on purpose. Each connection has two threads, one
 * per direction. Only for tests and proofs: it copies every byte.
 */
public final class FaultProxy implements AutoCloseable {
  /**
   * PostgreSQL's simple query {@code COMMIT}, alone or with what services add over a pooler, as it
   * is on the wire: tag, length, text, zero.
   */
  private static final List<byte[]> COMMITS = List.of(query("COMMIT"), query("COMMIT AND CHAIN"));

  private static final int CHUNK = 16 * 1024;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int BACKLOG = 256;

  private final ServerSocket server;
  private volatile int target;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicReference<@Nullable CommitCut> commitCut = new AtomicReference<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile boolean refusing;
  private volatile boolean held;
  private volatile Duration delay = Duration.ZERO;
  private volatile long dropAfter = Long.MAX_VALUE;

  /** Where a COMMIT is lost. */
  public enum CommitCut {
    /** The server never sees it. */
    BEFORE,
    /** The server has answered; the answer is lost. */
    AFTER
  }

  /**
   * Listens at once.
   *
   * @param port where to listen on the loopback; 0 for any free port
   * @param target the port on the loopback to which bytes go
   */
  public FaultProxy(int port, int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    Thread.ofVirtual().name("link-" + target).start(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /** Breaks every connection and refuses new ones, until healed. */
  public void cut() {
    refusing = true;
    connections.forEach(Connection::close);
  }

  /**
   * Leads to another port from now on, and breaks every connection to the one before: an address
   * whose server has moved. Not undone by {@link #heal}.
   */
  public void redirect(int port) {
    target = port;
    connections.forEach(Connection::close);
  }

  /** Holds every byte back without closing anything: a network that has gone silent. */
  public void pause() {
    held = true;
  }

  /** Holds each piece of data back for so long, in both directions. */
  public void delay(Duration each) {
    delay = each;
  }

  /** Breaks each connection after it has carried so many bytes to the server. */
  public void dropAfter(long bytes) {
    dropAfter = bytes;
  }

  /** Breaks the connection of the next COMMIT, once. */
  public void cutNextCommit(CommitCut where) {
    commitCut.set(where);
  }

  /** How many connections {@link #cutNextCommit} has broken so far. */
  public int commitsCut() {
    return cuts.get();
  }

  /** Everything flows again; connections that were broken stay so. */
  public void heal() {
    refusing = false;
    delay = Duration.ZERO;
    dropAfter = Long.MAX_VALUE;
    commitCut.set(null);
    lock.lock();
    try {
      held = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    heal();
    server.close();
    connections.forEach(Connection::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (refusing) {
          reset(client);
        } else {
          Thread.ofVirtual().start(() -> connect(client));
        }
      } catch (IOException closed) {
        // The server socket was closed, or this one client had gone again.
      }
    }
  }

  private void connect(Socket client) {
    var upstream = new Socket();
    int leadsTo = target;
    try {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), leadsTo), CONNECT_MILLIS);
    } catch (IOException away) {
      reset(client);
      return;
    }
    var connection = new Connection(client, upstream);
    connections.add(connection);
    Thread.ofVirtual().start(connection::toServer);
    Thread.ofVirtual().start(connection::toClient);
    if (refusing || leadsTo != target) {
      connection.close(); // cut or redirected between the accept and now
    }
  }

  private void passDelayAndPause() throws InterruptedException {
    if (delay.isPositive()) {
      Thread.sleep(delay);
    }
    lock.lock();
    try {
      while (held) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void reset(Socket socket) {
    try {
      // RST instead of FIN: what a client sees when its server's host has lost the connection.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException gone) {
      // It is closed, which is all that was wanted.
    }
  }

  private static byte[] query(String text) {
    byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(characters.length + 6)
        .put((byte) 'Q')
        .putInt(characters.length + 5)
        .put(characters)
        .put((byte) 0)
        .array();
  }

  private static boolean contains(byte[] bytes, int length, byte[] part) {
    for (int start = 0; start <= length - part.length; start++) {
      int matched = 0;
      while (matched < part.length && bytes[start + matched] == part[matched]) {
        matched++;
      }
      if (matched == part.length) {
        return true;
      }
    }
    return false;
  }

  private final class Connection {
    private final Socket client;
    private final Socket upstream;
    private final AtomicLong carried = new AtomicLong();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile boolean loseNextAnswer;

    Connection(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void toServer() {
      copy(client, upstream, true);
    }

    void toClient() {
      copy(upstream, client, false);
    }

    private void copy(Socket from, Socket to, boolean towardsServer) {
      byte[] chunk = new byte[CHUNK];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        int length;
        while ((length = in.read(chunk)) >= 0) {
          passDelayAndPause();
          if (towardsServer ? breaksOnTheWay(chunk, length, out) : loseNextAnswer) {
            close();
            return;
          }
          out.write(chunk, 0, length);
        }
        // This side has said all it had to say; the other may still have something to answer.
        to.shutdownOutput();
        if (finished.incrementAndGet() == 2) {
          connections.remove(this);
          client.close();
          upstream.close();
        }
      } catch (IOException closed) {
        close(); // Either end may go at any time, and takes the other one with it.
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
      }
    }

    private boolean breaksOnTheWay(byte[] chunk, int length, OutputStream out) throws IOException {
      long before = carried.getAndAdd(length);
      long limit = dropAfter;
      if (before + length > limit) {
        out.write(chunk, 0, (int) Math.max(0, limit - before));
        return true;
      }
      CommitCut wanted = commitCut.get();
      if (wanted == null
          || COMMITS.stream().noneMatch(commit -> contains(chunk, length, commit))
          || !commitCut.compareAndSet(wanted, null)) {
        return false;
      }
      cuts.incrementAndGet();
      loseNextAnswer = wanted == CommitCut.AFTER;
      return wanted == CommitCut.BEFORE;
    }

    void close() {
      connections.remove(this);
      reset(client);
      reset(upstream);
    }
  }
}
