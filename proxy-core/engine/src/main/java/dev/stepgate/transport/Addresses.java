package dev.stepgate.transport;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Looks names up off the loop; an address in digits needs no look-up. */
final class Addresses {

  private Addresses() {}

  static Future<InetAddress[]> of(String host, EventLoop loop, Executor offload) {
    byte[] digits = NetUtil.createByteArrayFromIpAddressString(host);
    if (digits != null) {
      try {
        return loop.newSucceededFuture(new InetAddress[] {InetAddress.getByAddress(host, digits)});
      } catch (UnknownHostException e) {
        return loop.newFailedFuture(e);
      }
    }
    Promise<InetAddress[]> found = loop.newPromise();
    try {
      offload.execute(() -> lookUp(host, found));
    } catch (RejectedExecutionException e) {
      found.setFailure(e);
    }
    return found;
  }

  private static void lookUp(String host, Promise<InetAddress[]> found) {
    try {
      found.trySuccess(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      found.tryFailure(e);
    }
  }
}
