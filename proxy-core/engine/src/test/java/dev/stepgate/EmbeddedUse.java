package dev.stepgate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.stepgate.config.ConfigFile;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.protocol.postgres.sql.Statements;
import dev.stepgate.session.Isolation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A host's whole use of the engine, run inside a class loader of its own. */
public final class EmbeddedUse implements Callable<String> {

  private final Path configuration;

  /** For the configuration in that file. */
  public EmbeddedUse(Path configuration) {
    this.configuration = configuration;
  }

  /**
   * Read a few statements, start, open, let a client come and be asked for its password, seal,
   * close.
   */
  @Override
  public String call() throws Exception {
    try (Statements statements = new Statements(1)) {
      statements.warmUp().get();
    }
    try (Stepgate stepgate =
        Stepgate.start(ConfigFile.load(configuration, InstantSource.system()))) {
      OpenSession session =
          stepgate.open(
              new JobContext(
                  "host(1)", Isolation.NONE, new Evidence.LocalUser("host", 1), Map.of()),
              List.of("orders-db"));
      String asked = knock(session.endpoints().get(0));
      return asked + " " + session.seal().proof();
    }
  }

  private static String knock(Endpoint endpoint) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()));
      byte[] startup = ("\0\0\0\24\0\3\0\0user\0" + endpoint.user() + "\0\0").getBytes(US_ASCII);
      startup[3] = (byte) startup.length;
      socket.getOutputStream().write(startup);
      InputStream in = socket.getInputStream();
      return String.valueOf((char) in.read());
    }
  }
}
