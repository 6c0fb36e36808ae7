package dev.stepgate.gateway.exec;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.stepgate.transport.Loopback;
import dev.stepgate.transport.LoopbackPeers;
import dev.stepgate.transport.PeerTable;
import dev.stepgate.transport.PeerUser;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks Linux' kernel for one connection by its two ends (sock_diag(7)): microseconds, however many
 * connections the machine has, where reading {@code /proc/net/tcp} takes as long as the table is.
 * Netlink needs a call that the JDK does not have.
 */
final class SocketDiag implements PeerTable {

  private static final int AF_INET = 2;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final int MSG_DONTWAIT = 0x40;
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST = 1;
  private static final short NLMSG_ERROR = 2;
  private static final byte TCP = 6;

  private static final int HEADER_BYTES = 16;
  private static final int REQUEST_BYTES = HEADER_BYTES + 56;
  private static final int ANSWER_BYTES = HEADER_BYTES + 72;
  private static final int MAX_ANSWER_BYTES = 8 << 10;

  /** Answers to earlier questions that are passed over: those whose wait was given up. */
  private static final int MAX_STALE = 16;

  private static final int STATE_AT = HEADER_BYTES + 1;
  private static final int ENDS_AT = HEADER_BYTES + 4;
  private static final int UID_AT = HEADER_BYTES + 64;
  private static final int INODE_AT = HEADER_BYTES + 68;
  private static final int ADDRESS_BYTES = 16;
  private static final int TIME_WAIT = 6;
  private static final int CLOSE = 7;
  private static final int LISTEN = 10;
  private static final int ENOENT = 2;

  private final int socket;
  private final ByteBuffer request =
      ByteBuffer.allocate(REQUEST_BYTES).order(ByteOrder.nativeOrder());
  private final ByteBuffer answer =
      ByteBuffer.allocate(MAX_ANSWER_BYTES).order(ByteOrder.nativeOrder());
  private int sequence;

  private SocketDiag(int socket) {
    this.socket = socket;
  }

  /** The kernel itself where it answers truly, else its tables. */
  static PeerTable best() {
    SocketDiag diag;
    try {
      if (!Platform.isLinux() || Native.SIZE_T_SIZE != Long.BYTES) {
        return new LoopbackPeers();
      }
      diag = new SocketDiag(C.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
    } catch (LastErrorException | LinkageError e) {
      return new LoopbackPeers(); // forbidden here, or no place for JNA's library
    }
    if (diag.answersTruly()) {
      return diag;
    }
    diag.close();
    return new LoopbackPeers();
  }

  // A kernel that was built without it finds nobody. Both ends of this one are ours.
  private boolean answersTruly() {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket accepted = listener.accept()) {
      Loopback connection =
          new Loopback(
              (InetSocketAddress) accepted.getRemoteSocketAddress(),
              (InetSocketAddress) accepted.getLocalSocketAddress());
      return client.isConnected() && user(connection).kind() == PeerUser.Kind.KNOWN;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean quick() {
    return true;
  }

  @Override
  public List<PeerUser> users(List<Loopback> connections) {
    List<PeerUser> users = new ArrayList<>(connections.size());
    connections.forEach(connection -> users.add(user(connection)));
    return users;
  }

  private PeerUser user(Loopback connection) {
    if (!(connection.peer().getAddress() instanceof Inet4Address)
        || !(connection.here().getAddress() instanceof Inet4Address)) {
      return PeerUser.UNTOLD;
    }
    try {
      ask(connection);
      return answer(connection);
    } catch (LastErrorException e) {
      return PeerUser.BUSY; // the kernel has no memory, or gave no answer
    }
  }

  // struct nlmsghdr and inet_diag_req_v2 (linux/inet_diag.h); the client's end comes first.
  private void ask(Loopback connection) {
    sequence++;
    request.clear();
    request.putInt(REQUEST_BYTES).putShort(SOCK_DIAG_BY_FAMILY).putShort(NLM_F_REQUEST);
    request.putInt(sequence).putInt(0);
    request.put((byte) AF_INET).put(TCP).putShort((short) 0).putInt(-1);
    ends(connection);
    request.putInt(0).putInt(-1).putInt(-1);
    C.send(socket, request.array(), REQUEST_BYTES, 0);
  }

  private void ends(Loopback connection) {
    port(connection.peer());
    port(connection.here());
    address(connection.peer());
    address(connection.here());
  }

  private void port(InetSocketAddress end) {
    request.put((byte) (end.getPort() >> Byte.SIZE)).put((byte) end.getPort());
  }

  private void address(InetSocketAddress end) {
    int from = request.position();
    request.putLong(0).putLong(0);
    int next = request.position();
    request.position(from).put(end.getAddress().getAddress()).position(next);
  }

  private PeerUser answer(Loopback connection) {
    for (int i = 0; i < MAX_STALE; i++) {
      int count = (int) C.recv(socket, answer.array(), MAX_ANSWER_BYTES, MSG_DONTWAIT);
      if (count >= HEADER_BYTES + Integer.BYTES && answer.getInt(8) == sequence) {
        return read(connection, count);
      }
    }
    return PeerUser.BUSY;
  }

  private PeerUser read(Loopback connection, int count) {
    if (answer.getShort(4) == NLMSG_ERROR) {
      return answer.getInt(HEADER_BYTES) == -ENOENT ? PeerUser.GONE : PeerUser.BUSY;
    }
    if (answer.getShort(4) != SOCK_DIAG_BY_FAMILY || count < ANSWER_BYTES) {
      return PeerUser.BUSY;
    }
    int state = answer.get(STATE_AT);
    boolean dead = state == TIME_WAIT || state == CLOSE || answer.getInt(INODE_AT) == 0;
    // Where the connection is gone, the kernel answers with whoever listens on the client's port.
    return dead || state == LISTEN || !sameEnds(connection)
        ? PeerUser.GONE
        : PeerUser.of(answer.getInt(UID_AT));
  }

  // A client's socket for both address families has its addresses as mapped ones.
  private boolean sameEnds(Loopback connection) {
    byte[] peer = connection.peer().getAddress().getAddress();
    byte[] here = connection.here().getAddress().getAddress();
    int at = ENDS_AT + 2 * Short.BYTES;
    return portAt(ENDS_AT) == connection.peer().getPort()
        && portAt(ENDS_AT + Short.BYTES) == connection.here().getPort()
        && addressAt(at, peer)
        && addressAt(at + ADDRESS_BYTES, here);
  }

  private int portAt(int at) {
    return (answer.get(at) & 0xff) << Byte.SIZE | (answer.get(at + 1) & 0xff);
  }

  private boolean addressAt(int at, byte[] v4) {
    boolean mapped = answer.get(HEADER_BYTES) != AF_INET;
    int from = mapped ? at + ADDRESS_BYTES - v4.length : at;
    for (int i = 0; i < v4.length; i++) {
      if (answer.get(from + i) != v4[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    C.close(socket);
  }

  /** The C library's calls; bound when first used. */
  private static final class C {

    static {
      Native.register(C.class, Platform.C_LIBRARY_NAME);
    }

    private C() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native long send(int socket, byte[] bytes, long length, int flags)
        throws LastErrorException;

    static native long recv(int socket, byte[] bytes, long length, int flags)
        throws LastErrorException;

    static native int close(int socket);
  }
}
