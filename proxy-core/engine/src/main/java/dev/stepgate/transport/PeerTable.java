package dev.stepgate.transport;

import java.util.List;

/** Where it stands whose process is at the other end of a loopback connection. */
public interface PeerTable extends AutoCloseable {

  /** Whether a look takes some microseconds and waits for nothing, so that a loop may do it. */
  boolean quick();

  /** Looks at some connections together; answers in their order. Called by one thread at a time. */
  List<PeerUser> users(List<Loopback> connections);

  @Override
  void close();
}
