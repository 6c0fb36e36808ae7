package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Nothing waits on an event loop, where it would stop every session of that loop, and nobody asks
 * the wall clock but through what was handed in. As far as calls in the code can tell: what a
 * library does within is for whoever chooses the library.
 */
class TimeAndThreadsTest {

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.stepgate");

  /** Rooms whose code runs on event loops, and of the recording what does. */
  private static final Set<String> ON_LOOPS = Set.of("transport", "protocol", "admission");

  private static final Set<String> RECORDING_ON_LOOPS =
      Set.of("Lane", "Journal", "JournalRecording");

  /** What waits for another thread, a disk, a name server or a process: methods by type. */
  private static final Map<Class<?>, Set<String>> WAITING =
      Map.ofEntries(
          Map.entry(Thread.class, Set.of("sleep", "join")),
          Map.entry(Object.class, Set.of("wait")),
          Map.entry(Process.class, Set.of("waitFor")),
          Map.entry(java.util.concurrent.Future.class, Set.of("get")),
          Map.entry(java.util.concurrent.CompletableFuture.class, Set.of("get", "join")),
          Map.entry(
              io.netty.util.concurrent.Future.class,
              Set.of("get", "await", "awaitUninterruptibly", "sync", "syncUninterruptibly")),
          Map.entry(io.netty.util.concurrent.GlobalEventExecutor.class, Set.of("awaitInactivity")),
          Map.entry(java.util.concurrent.CountDownLatch.class, Set.of("await")),
          Map.entry(
              java.util.concurrent.Semaphore.class, Set.of("acquire", "acquireUninterruptibly")),
          Map.entry(java.util.concurrent.BlockingQueue.class, Set.of("take", "put")),
          Map.entry(
              java.util.concurrent.ExecutorService.class,
              Set.of("awaitTermination", "invokeAll", "invokeAny")),
          Map.entry(java.util.concurrent.locks.Condition.class, Set.of("await")),
          Map.entry(
              java.util.concurrent.locks.LockSupport.class,
              Set.of("park", "parkNanos", "parkUntil")),
          Map.entry(
              java.net.InetAddress.class,
              Set.of(
                  "getByName",
                  "getAllByName",
                  "getLocalHost",
                  "getHostName",
                  "getCanonicalHostName")),
          Map.entry(java.nio.channels.FileChannel.class, Set.of("open", "force", "read", "write")));

  /** Types of which any use is a use of the disk. */
  private static final Set<String> DISK =
      Set.of(
          "java.nio.file.Files",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.RandomAccessFile");

  /** What takes milliseconds on purpose. */
  private static final String HASHING = "saltedPassword";

  /** Where the time of day comes from. */
  private static final Map<Class<?>, Set<String>> WALL_CLOCK =
      Map.of(
          System.class, Set.of("currentTimeMillis"),
          java.time.Instant.class, Set.of("now"),
          java.time.LocalDateTime.class, Set.of("now"),
          java.time.ZonedDateTime.class, Set.of("now"),
          java.time.OffsetDateTime.class, Set.of("now"),
          java.time.Clock.class, Set.of("systemUTC", "systemDefaultZone", "system"),
          java.time.InstantSource.class, Set.of("system"));

  @Test
  void what_waits_in_the_rooms_of_the_event_loops_is_called_from_other_threads() {
    assertThat(methods(TimeAndThreadsTest::onLoops, TimeAndThreadsTest::waits))
        .containsExactlyInAnyOrder(
            "Transport.listen", // whoever opens a session
            "Parsers.close", // whoever closes the gateway
            "Transport.close",
            "Transport.awaitGlobalExecutor",
            "Threads.join",
            "Transport.bound",
            "EndpointSockets.root",
            "EndpointSockets.directory",
            "EndpointSockets.own",
            "EndpointSockets.isOwn",
            "EndpointSockets.empty", // whoever seals or starts
            "EndpointSockets.entries",
            "EndpointSockets.removeLeftovers", // whoever starts the gateway
            "EndpointSockets.close", // whoever closes it
            "LoopbackPeers.read", // the peers' own thread
            "Peers.close", // whoever closes the gateway
            "Addresses.lookUp", // the offload's threads
            "SaltedPasswords.of", // the offload's threads
            "ScramVerifier.of", // whoever opens a session
            "DialTlsContext.certificates"); // whoever opens a session
  }

  @Test
  void only_the_composition_root_knows_the_wall_clock() {
    assertThat(methods(type -> true, access -> calls(access, WALL_CLOCK)))
        .containsExactlyInAnyOrder("Stepgate.start");
  }

  private static Set<String> methods(Predicate<JavaClass> types, Predicate<JavaAccess<?>> calls) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : ENGINE) {
      if (types.test(type)) {
        type.getAccessesFromSelf().stream()
            .filter(calls)
            .forEach(call -> found.add(type.getSimpleName() + "." + origin(call)));
      }
    }
    return found;
  }

  /** The method that the call stands in, for a lambda the one around it. */
  private static String origin(JavaAccess<?> call) {
    String name = call.getOrigin().getName();
    return name.startsWith("lambda$") ? name.split("\\$")[1] : name;
  }

  private static boolean onLoops(JavaClass type) {
    String[] packages = type.getPackageName().split("\\.");
    String room = packages.length > 2 ? packages[2] : "";
    return ON_LOOPS.contains(room)
        || (room.equals("recording") && RECORDING_ON_LOOPS.contains(type.getSimpleName()));
  }

  private static boolean waits(JavaAccess<?> access) {
    return calls(access, WAITING)
        || DISK.contains(access.getTargetOwner().getName())
        || access.getName().equals(HASHING);
  }

  private static boolean calls(JavaAccess<?> access, Map<Class<?>, Set<String>> methods) {
    JavaClass owner = access.getTargetOwner();
    return methods.entrySet().stream()
        .filter(entry -> entry.getValue().contains(access.getName()))
        .anyMatch(entry -> owner.isAssignableTo(entry.getKey()));
  }
}
