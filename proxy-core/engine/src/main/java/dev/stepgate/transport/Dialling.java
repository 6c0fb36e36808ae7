package dev.stepgate.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Tries one address after another until one answers. */
@SuppressWarnings("FutureReturnValueIgnored") // the listener sees to it
final class Dialling {

  /** How many addresses of one name are tried. */
  private static final int MAX_ADDRESSES = 8;

  private final Bootstrap bootstrap;
  private final InetAddress[] addresses;
  private final int port;
  private final Promise<Channel> dialled;
  private int tried;

  Dialling(Bootstrap bootstrap, InetAddress[] addresses, int port, Promise<Channel> dialled) {
    this.bootstrap = bootstrap;
    this.addresses = addresses;
    this.port = port;
    this.dialled = dialled;
  }

  void next(Throwable last) {
    if (tried == Math.min(addresses.length, MAX_ADDRESSES)) {
      dialled.tryFailure(last != null ? last : new ConnectException("no address"));
      return;
    }
    InetAddress address = addresses[tried++];
    bootstrap
        .connect(new InetSocketAddress(address, port))
        .addListener((ChannelFuture connected) -> connected(connected));
  }

  private void connected(ChannelFuture connected) {
    if (!connected.isSuccess()) {
      next(connected.cause());
    } else if (!dialled.trySuccess(connected.channel())) {
      connected.channel().close();
    }
  }
}
