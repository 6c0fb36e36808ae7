package dev.stepgate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeersTest {

  @Test
  void who_comes_while_a_table_is_read_is_served_by_the_next_reading_together() throws Exception {
    Table table = new Table();
    BlockingQueue<PeerUser> answers = new LinkedBlockingQueue<>();
    try (Peers peers = new Peers(() -> table, new NioUnixSockets())) {
      peers.look(new Client(1), 1001, answers::add);
      assertThat(table.begun.await(10, TimeUnit.SECONDS)).isTrue();
      for (int port = 2; port <= 50; port++) {
        peers.look(new Client(port), 1001, answers::add);
      }
      table.go.countDown();

      List<PeerUser> told = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        told.add(answers.poll(10, TimeUnit.SECONDS));
      }
      assertThat(told.get(49)).isEqualTo(PeerUser.of(50));
      assertThat(table.readings).isEqualTo(List.of(1, 49));
    }
  }

  @Test
  void more_than_may_wait_are_not_looked_at() throws Exception {
    Table table = new Table();
    BlockingQueue<PeerUser> answers = new LinkedBlockingQueue<>();
    try (Peers peers = new Peers(() -> table, new NioUnixSockets())) {
      peers.look(new Client(1), 1001, answers::add);
      assertThat(table.begun.await(10, TimeUnit.SECONDS)).isTrue();
      Client client = new Client(2);
      for (int i = 0; i < Peers.MAX_WAITING; i++) {
        peers.look(client, 1001, answers::add);
      }

      peers.look(client, 1001, answers::add);

      assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo(PeerUser.BUSY);
      table.go.countDown();
    }
  }

  @Test
  void a_connection_to_an_address_of_the_network_is_not_looked_for() throws Exception {
    InetAddress elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7});
    List<PeerUser> answers = new ArrayList<>();
    try (Peers peers = new Peers(Table::new, new NioUnixSockets())) {
      peers.look(new Client(elsewhere, 1, elsewhere), 1001, answers::add);
    }

    assertThat(answers).containsExactly(PeerUser.UNTOLD);
  }

  @Test
  void a_client_of_this_machine_that_bound_itself_to_another_address_is_looked_for()
      throws Exception {
    Table table = new Table();
    table.go.countDown();
    InetAddress other = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7});
    BlockingQueue<PeerUser> answers = new LinkedBlockingQueue<>();
    try (Peers peers = new Peers(() -> table, new NioUnixSockets())) {
      peers.look(new Client(other, 1), 1001, answers::add);

      assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo(PeerUser.of(1));
    }
  }

  @Test
  void a_table_that_is_quick_is_asked_at_once_when_it_is_there() throws Exception {
    Table table = new Table();
    table.quick = true;
    table.go.countDown();
    BlockingQueue<PeerUser> answers = new LinkedBlockingQueue<>();
    try (Peers peers = new Peers(() -> table, new NioUnixSockets())) {
      peers.look(new Client(6), 1001, answers::add);
      assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo(PeerUser.of(6));

      peers.look(new Client(7), 1001, answers::add);

      assertThat(answers.poll()).isEqualTo(PeerUser.of(7));
    }
  }

  /** Says that the port's number is the user's, once it may. */
  private static final class Table implements PeerTable {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Integer> readings = new ArrayList<>();
    private boolean quick;

    @Override
    public boolean quick() {
      return quick;
    }

    @Override
    public List<PeerUser> users(List<Loopback> connections) {
      readings.add(connections.size());
      begun.countDown();
      try {
        assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return connections.stream().map(one -> PeerUser.of(one.peer().getPort())).toList();
    }

    @Override
    public void close() {}
  }

  private static final class Client extends EmbeddedChannel {

    private final InetSocketAddress peer;
    private final InetAddress here;

    Client(int port) {
      this(InetAddress.getLoopbackAddress(), port);
    }

    Client(InetAddress address, int port) {
      this(address, port, InetAddress.getLoopbackAddress());
    }

    Client(InetAddress address, int port, InetAddress here) {
      this.peer = new InetSocketAddress(address, port);
      this.here = here;
    }

    @Override
    public SocketAddress remoteAddress() {
      return peer;
    }

    @Override
    public SocketAddress localAddress() {
      return new InetSocketAddress(here, 40_112);
    }
  }
}
