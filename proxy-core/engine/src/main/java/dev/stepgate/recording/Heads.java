package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The heads of a session's recordings, from and in files. */
final class Heads {

  /** By name. */
  static final Comparator<Head> ORDER = Comparator.comparing(Head::recording);

  /**
   * The file in a session's directory that lists its heads once it is over: a line {@code
   * <recording> <lines> <head>} each, sorted. It saves looking for open recordings after a crash,
   * and proves nothing.
   */
  static final String FILE = "heads";

  private static final int MAX_END_AT = 64;

  private Heads() {}

  /** The files of the recordings in a session's directory, sorted. */
  static List<Path> files(Path session) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(session)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(session, "*.jsonl")) {
        files.forEach(found::add);
      }
    }
    found.sort(Comparator.comparing(Path::toString));
    return found;
  }

  /** Reads all recordings of a session and computes their heads. */
  static List<Head> read(Path recordings, SessionId session) throws IOException {
    List<Head> heads = new ArrayList<>();
    for (Path file : files(recordings.resolve(session.value()))) {
      String name = file.getFileName().toString();
      heads.add(read(session + "/" + name.substring(0, name.lastIndexOf('.')), file));
    }
    heads.sort(ORDER);
    return heads;
  }

  private static Head read(String name, Path file) throws IOException {
    HashChain chain = new HashChain();
    byte[] head = new byte[HashChain.BYTES];
    long lines = 0;
    boolean last = false;
    try (InputStream in = Files.newInputStream(file)) {
      LineSource source = new LineSource(in);
      while (source.next()) {
        chain.advance(head, source.bytes(), source.start(), source.length());
        lines++;
        last = isEnd(source);
      }
    }
    return new Head(name, lines, HexFormat.of().formatHex(head), last);
  }

  private static boolean isEnd(LineSource source) {
    int looked = Math.min(source.length(), MAX_END_AT);
    return new String(source.bytes(), source.start(), looked, StandardCharsets.ISO_8859_1)
        .matches("\\{\"t\":\\d+,\"end\":.*");
  }

  /** Writes the list of a session that is over. */
  static void write(Path recordings, SessionId session, List<Head> heads) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Head head : heads) {
      text.append(head.recording()).append(' ').append(head.lines()).append(' ');
      text.append(head.hash()).append('\n');
    }
    Path file = recordings.resolve(session.value()).resolve(FILE);
    Path next = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            Ownership.FILE)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
