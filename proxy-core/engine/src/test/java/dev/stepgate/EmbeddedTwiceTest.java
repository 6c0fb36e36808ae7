package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host such as Jenkins loads a plugin's classes in a loader of its own, and drops them again. */
class EmbeddedTwiceTest {

  private static final int COLLECTIONS = 100;
  private static final long PAUSE_MILLIS = 100;

  @TempDir Path directory;

  @Test
  void loaded_twice_used_and_closed_both_are_collected_and_no_thread_is_left() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    List<WeakReference<ClassLoader>> loaders = List.of(use("first"), use("second"));

    assertThat(left(before)).isEmpty();
    for (WeakReference<ClassLoader> loader : loaders) {
      assertThat(collected(loader)).as("the loader is collected").isTrue();
    }
  }

  private WeakReference<ClassLoader> use(String name) throws Exception {
    URLClassLoader loader =
        new URLClassLoader(name, classPath(), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try (loader) {
      Class<?> type = loader.loadClass("dev.stepgate.EmbeddedUse");
      Object use = type.getConstructor(Path.class).newInstance(configuration(name));
      assertThat(type.getClassLoader()).isSameAs(loader);
      assertThat((String) ((Callable<?>) use).call()).startsWith("R stepgate-proof: v1 ");
    } finally {
      thread.setContextClassLoader(context);
    }
    return new WeakReference<>(loader);
  }

  private Path configuration(String name) throws IOException {
    Path home = Files.createDirectory(directory.resolve(name));
    Path file = home.resolve("stepgate.yml");
    Path secret = home.resolve("secret");
    Files.writeString(secret, "s3cret");
    Files.writeString(
        file,
        "name: "
            + name
            + "\nstate: "
            + home.resolve("state")
            + "\nconnections:\n  orders-db:\n    protocol: postgresql\n"
            + "    address: 127.0.0.1:1/orders\n    user: app\n    password: { file: "
            + secret
            + " }\n    tls: { verify: off }\n    open_to: [ { issuer: local, user: host } ]\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(new URL[0]);
  }

  private static boolean collected(WeakReference<ClassLoader> loader) throws InterruptedException {
    for (int i = 0; i < COLLECTIONS && loader.get() != null; i++) {
      System.gc();
      Thread.sleep(PAUSE_MILLIS);
    }
    return loader.get() == null;
  }

  private static Set<String> left(Set<Thread> before) throws InterruptedException {
    Set<String> names = Set.of("?");
    for (int i = 0; i < COLLECTIONS && !names.isEmpty(); i++) {
      names =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread) && thread.isAlive())
              .map(Thread::getName)
              .collect(Collectors.toSet());
      Thread.sleep(names.isEmpty() ? 0 : PAUSE_MILLIS);
    }
    return names;
  }
}
