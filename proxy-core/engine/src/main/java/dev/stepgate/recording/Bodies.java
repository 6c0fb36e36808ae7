package dev.stepgate.recording;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a recording's bodies are read from: a bodies file, a stretch of a bundle, or nowhere. */
public interface Bodies extends Closeable {

  /** Whether there is a bodies file at all; without one, all bodies are withheld. */
  boolean present();

  /** How many bytes there are now. */
  long size() throws IOException;

  /**
   * Reads some bytes from {@code at} on into the buffer; how many, or -1 at the end.
   *
   * @see FileChannel#read(ByteBuffer, long)
   */
  int read(ByteBuffer into, long at) throws IOException;

  /** No bodies file. */
  static Bodies none() {
    return new Bodies() {
      @Override
      public boolean present() {
        return false;
      }

      @Override
      public long size() {
        return 0;
      }

      @Override
      public int read(ByteBuffer into, long at) {
        return -1;
      }

      @Override
      public void close() {}
    };
  }

  /** A bodies file, which may come into being later. */
  static Bodies file(Path file) {
    return new BodiesFile(file);
  }

  /** The stretch of {@code size} bytes from {@code offset} of a file, which is closed with this. */
  static Bodies stretch(FileChannel channel, long offset, long size) {
    return new Bodies() {
      @Override
      public boolean present() {
        return true;
      }

      @Override
      public long size() {
        return size;
      }

      @Override
      public int read(ByteBuffer into, long at) throws IOException {
        if (at >= size) {
          return -1;
        }
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + (size - at)));
        try {
          return channel.read(into, offset + at);
        } finally {
          into.limit(limit);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** A bodies file by its path, opened when it is first there. One thread. */
  final class BodiesFile implements Bodies {

    private final Path file;
    private FileChannel channel;

    private BodiesFile(Path file) {
      this.file = file;
    }

    @Override
    public boolean present() {
      return channel != null || Files.exists(file);
    }

    @Override
    public long size() throws IOException {
      return present() ? channel().size() : 0;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return present() ? channel().read(into, at) : -1;
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }

    private FileChannel channel() throws IOException {
      if (channel == null) {
        channel = FileChannel.open(file, StandardOpenOption.READ);
      }
      return channel;
    }
  }
}
