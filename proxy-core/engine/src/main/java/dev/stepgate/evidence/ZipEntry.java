package dev.stepgate.evidence;

/**
 * One file of an archive.
 *
 * @param name its path
 * @param size how many bytes it has
 * @param crc the CRC-32 over them
 * @param offset where its local header begins
 */
record ZipEntry(String name, long size, long crc, long offset) {

  /** Where its content begins. */
  long content() {
    return offset + ZipRecords.local(this).length;
  }

  /** Where the next one begins. */
  long end() {
    return content() + size;
  }
}
