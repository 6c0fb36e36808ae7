package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says about a process's memory. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** Resident now, in MiB, mapped files included. */
  static long residentMib(long pid) {
    return mib(pid, "VmRSS");
  }

  /** The most that was ever resident, in MiB, mapped files included. */
  static long peakMib(long pid) {
    return mib(pid, "VmHWM");
  }

  private static long mib(long pid, String name) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      Matcher matcher = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(status);
      if (!matcher.find()) {
        throw new AssertionError("no " + name + " in:\n" + status);
      }
      return Long.parseLong(matcher.group(1)) / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
