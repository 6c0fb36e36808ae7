package dev.stepgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.tree.MalformedException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipReaderTest {

  @TempDir private Path directory;

  @Test
  void an_archive_has_these_bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out);
    zip.add("a", "hi".getBytes(UTF_8));
    zip.finish();
    assertThat(java.util.HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo(
            "504b0304"
                + "1400"
                + "0008"
                + "0000"
                + "0000"
                + "2100"
                + "ac2a93d8"
                + "02000000"
                + "02000000"
                + "0100"
                + "0000"
                + "61"
                + "6869"
                + "504b0102"
                + "1400"
                + "1400"
                + "0008"
                + "0000"
                + "0000"
                + "2100"
                + "ac2a93d8"
                + "02000000"
                + "02000000"
                + "0100"
                + "0000"
                + "0000"
                + "0000"
                + "0000"
                + "00000000"
                + "00000000"
                + "61"
                + "504b0506"
                + "0000"
                + "0000"
                + "0100"
                + "0100"
                + "2f000000"
                + "21000000"
                + "0000");
  }

  @Test
  void what_other_tools_write_is_refused() throws IOException {
    Path file = directory.resolve("deflated");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new java.util.zip.ZipEntry("manifest.json"));
      zip.write(new byte[100_000]);
      zip.closeEntry();
    }
    assertRefused(file, "is not in the bundle's form");
  }

  @Test
  void a_name_that_stands_twice_is_refused() throws IOException {
    assertRefused(archive("a", "a"), "a stands twice");
  }

  @Test
  void a_name_of_another_directory_is_no_file_of_a_bundle() throws IOException {
    Path file = archive("../../etc/passwd");
    assertThatThrownBy(() -> BundleFiles.open(file))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("manifest.json is missing");
  }

  @Test
  void bytes_before_between_and_after_are_refused() throws IOException {
    byte[] good = Files.readAllBytes(archive("a", "b"));
    byte[] after = Arrays.copyOf(good, good.length + 1);
    assertRefused(written(after), "no end record");
    byte[] before = new byte[good.length + 1];
    System.arraycopy(good, 0, before, 1, good.length);
    assertRefused(written(before), "");
    for (int length = 0; length < good.length; length++) {
      assertRefused(written(Arrays.copyOf(good, length)), "");
    }
  }

  @Test
  void a_directory_that_claims_more_than_there_is_costs_nothing() throws IOException {
    byte[] bytes = Files.readAllBytes(archive("a"));
    ByteBuffer end = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    end.putInt(bytes.length - 10, 0x7fffffff);
    assertRefused(written(bytes), "lies outside of the file");
  }

  @Test
  void more_files_than_sixteen_bits_count_are_read_back() throws IOException {
    Path file = directory.resolve("many");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      ZipWriter zip = new ZipWriter(out);
      for (int i = 0; i < 65_536; i++) {
        zip.add("f" + i, new byte[0]);
      }
      zip.finish();
    }
    try (ZipReader zip = ZipReader.open(file);
        ZipFile other = new ZipFile(file.toFile())) {
      assertThat(zip.entries()).hasSize(65_536);
      assertThat(other.size()).isEqualTo(65_536);
    }
  }

  @Test
  void files_beyond_four_gibibytes_are_found() throws IOException {
    long size = 5L << 30;
    ZipEntry big = new ZipEntry("big", size, 0, 0);
    ZipEntry far = new ZipEntry("far", 2, crc("hi"), big.end());
    Path file = directory.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(ZipRecords.local(big)), 0);
      long at = far.offset();
      for (byte[] part :
          new byte[][] {
            ZipRecords.local(far),
            "hi".getBytes(UTF_8),
            ZipRecords.central(big),
            ZipRecords.central(far),
            ZipRecords.end(
                2, far.end(), ZipRecords.central(big).length + ZipRecords.central(far).length)
          }) {
        at += channel.write(ByteBuffer.wrap(part), at);
      }
    }
    try (ZipReader zip = ZipReader.open(file);
        ZipFile other = new ZipFile(file.toFile())) {
      assertThat(zip.entries().get("big").size()).isEqualTo(size);
      assertThat(zip.bytes(zip.entries().get("far"), 10)).isEqualTo("hi".getBytes(UTF_8));
      assertThat(other.getInputStream(other.getEntry("far"))).hasContent("hi");
    }
  }

  private static long crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(UTF_8));
    return crc.getValue();
  }

  private Path archive(String... names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out);
    for (String name : names) {
      zip.add(name, "content".getBytes(UTF_8));
    }
    zip.finish();
    return written(out.toByteArray());
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("archive"), bytes);
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> ZipReader.open(file).close())
        .isInstanceOfAny(MalformedException.class, java.io.EOFException.class)
        .hasMessageContaining(message);
  }
}
