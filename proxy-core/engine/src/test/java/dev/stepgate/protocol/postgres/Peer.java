package dev.stepgate.protocol.postgres;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A plain socket that speaks in whole messages; whoever is on the other end. */
final class Peer implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 20_000;

  private Socket socket;
  private Closeable end;
  private DataInputStream in;
  private OutputStream out;

  Peer(Socket socket) throws IOException {
    use(socket);
  }

  /** One on a Unix socket; it waits without a limit of time. */
  private Peer(SocketChannel channel) {
    in = new DataInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
    end = channel;
  }

  static Peer dial(Path socket) throws IOException {
    return new Peer(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  static Peer dial(int port) throws IOException {
    return new Peer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** From now on speaks through {@code other}, which wraps the socket. */
  void use(Socket other) throws IOException {
    socket = other;
    end = other;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  Socket socket() {
    return socket;
  }

  void send(byte[]... messages) throws IOException {
    out.write(Wire.join(messages));
    out.flush();
  }

  /** The next message, header included. */
  byte[] read() throws IOException {
    byte type = in.readByte();
    int length = in.readInt();
    byte[] body = in.readNBytes(length - 4);
    return Wire.message((char) type, body);
  }

  /** The next message, which must be of that type. */
  byte[] read(char type) throws IOException {
    byte[] message = read();
    if (message[0] != type) {
      throw new IOException(
          "expected " + type + ", got " + new String(message, StandardCharsets.ISO_8859_1));
    }
    return message;
  }

  /** A message of the start-up phase, without a type. */
  byte[] readUntyped() throws IOException {
    int length = in.readInt();
    return Wire.join(Wire.int32(length), in.readNBytes(length - 4));
  }

  int readByte() throws IOException {
    return in.readByte();
  }

  /** The types of all that comes up to and with ReadyForQuery. */
  String readToReady() throws IOException {
    StringBuilder types = new StringBuilder();
    while (types.length() == 0 || types.charAt(types.length() - 1) != 'Z') {
      types.append((char) read()[0]);
    }
    return types.toString();
  }

  /** Reads until the other end closes; answers the text of what came. */
  String readToEnd() throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      while (true) {
        text.append((char) in.readUnsignedByte());
      }
    } catch (EOFException e) {
      return text.toString();
    }
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
