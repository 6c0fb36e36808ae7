package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NativeIoTest {

  @Test
  void on_linux_the_loops_run_on_epoll_and_its_options_are_taken() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    Io io = NativeIo.best();

    assertThat(io.listener()).isEqualTo(EpollServerSocketChannel.class);
    assertThat(io.stream()).isEqualTo(EpollSocketChannel.class);
    try (Transport transport = new Transport(io, 1)) {
      Channel listener = transport.listen(new ChannelInboundHandlerAdapter());
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      Channel dialled =
          transport
              .dial(
                  transport.loops().get(0),
                  "127.0.0.1",
                  port,
                  Duration.ofSeconds(5),
                  new ChannelInboundHandlerAdapter())
              .get();
      io.dialOptions()
          .forEach(
              (option, value) ->
                  assertThat((Object) dialled.config().getOption(option)).isEqualTo(value));
    }
  }
}
