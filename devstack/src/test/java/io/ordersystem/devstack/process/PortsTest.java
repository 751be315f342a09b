package io.ordersystem.devstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static final int FIRST_OF_OUTGOING_CONNECTIONS = 32_768;

  @Test
  void givesEachPortOnceAndNoneThatAnOutgoingConnectionCouldTake() {
    var ports = IntStream.range(0, 2_000).mapToObj(i -> Ports.free()).toList();
    assertThat(ports)
        .doesNotHaveDuplicates()
        .allMatch(port -> port > 1024 && port < FIRST_OF_OUTGOING_CONNECTIONS);
  }

  @Test
  void namesTheOwnerOfAPortThatIsTaken() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Ports.taken(server.getLocalPort())).isTrue();
      assertThat(Ports.owner(server.getLocalPort()))
          .hasValueSatisfying(
              owner -> assertThat(owner).contains("pid " + ProcessHandle.current().pid()));
    }
    assertThat(Ports.taken(Ports.free())).isFalse();
  }
}
