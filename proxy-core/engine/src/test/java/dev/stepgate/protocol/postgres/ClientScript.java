package dev.stepgate.protocol.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a client sends, by a seed: mostly sensible, often pipelined, sometimes out of place. */
final class ClientScript {

  private static final String[] NAMES = {"", "a", "b"};

  private final Random random;
  private final List<byte[]> messages = new ArrayList<>();
  private int ids;

  private ClientScript(Random random) {
    this.random = random;
  }

  /** The messages; at their end no COPY is open and everything is synced. */
  static List<byte[]> of(Random random) {
    ClientScript script = new ClientScript(random);
    int steps = 1 + random.nextInt(8);
    for (int i = 0; i < steps; i++) {
      script.step();
    }
    for (int i = 0; i < 4; i++) {
      script.add(Wire.copyDone());
      script.add(Wire.sync());
    }
    return script.messages;
  }

  private void add(byte[] message) {
    messages.add(message);
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> simple();
      case 3, 4, 5, 6 -> pipeline();
      case 7 -> extendedCopy();
      case 8 -> add(Wire.call());
      case 9 -> stray();
      case 10 -> add(random.nextBoolean() ? Wire.sync() : Wire.flush());
      default -> add(Wire.query(random.nextBoolean() ? "begin" : "rollback"));
    }
  }

  private void simple() {
    int count = random.nextInt(4);
    StringBuilder sql = new StringBuilder();
    int copies = 0;
    for (int i = 0; i < count; i++) {
      String statement = statement();
      copies += statement.startsWith("copyin") ? 1 : 0;
      sql.append(i == 0 ? "" : ";").append(statement);
    }
    add(Wire.query(sql.toString()));
    for (int i = 0; i < copies; i++) {
      data(random.nextInt(20) == 0);
    }
  }

  private String statement() {
    String[] some = {
      "rows 0",
      "rows 1",
      "rows 3",
      "rows 40",
      "error",
      "copyin",
      "copyin early",
      "copyin 1",
      "copyin 2",
      "copyout 0",
      "copyout 3",
      "notice",
      "nonsense",
      "begin",
      "commit"
    };
    return some[random.nextInt(some.length)] + " #" + ++ids;
  }

  /** The pieces of one COPY, and its end unless it is to stay open. */
  private void data(boolean syncWithin) {
    int pieces = random.nextInt(4);
    for (int i = 0; i < pieces; i++) {
      add(Wire.copyData("piece " + i));
      if (syncWithin) {
        add(random.nextBoolean() ? Wire.sync() : Wire.flush());
      }
    }
    add(random.nextInt(4) == 0 ? Wire.copyFail() : Wire.copyDone());
  }

  private void pipeline() {
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      String name = NAMES[random.nextInt(NAMES.length)];
      String portal = NAMES[random.nextInt(NAMES.length)];
      switch (random.nextInt(9)) {
        case 0, 1 -> add(Wire.parse(name, extendedStatement()));
        case 2 -> add(Wire.bind(portal, name));
        case 3 -> add(Wire.execute(portal, random.nextInt(3)));
        case 4 -> add(Wire.describe(random.nextBoolean() ? 'S' : 'P', name));
        case 5 -> add(Wire.closing(random.nextBoolean() ? 'S' : 'P', name));
        case 6 -> add(Wire.flush());
        default -> {
          add(Wire.bind(portal, name));
          for (int d = random.nextInt(3); d > 0; d--) {
            add(Wire.describe('P', portal));
          }
          add(Wire.execute(portal, random.nextInt(3)));
        }
      }
    }
    if (random.nextInt(4) != 0) {
      add(Wire.sync());
    }
  }

  private String extendedStatement() {
    String[] some = {"rows 0", "rows 2", "rows 5", "error", "copyout 2", "nonsense", "begin"};
    return some[random.nextInt(some.length)];
  }

  /** As libpq does it (Sync behind Execute, and behind the data), and in other ways. */
  private void extendedCopy() {
    String[] copies = {"copyin", "copyin early", "copyin 1", "copyin 2"};
    add(Wire.parse("", copies[random.nextInt(copies.length)]));
    add(Wire.bind("", ""));
    if (random.nextBoolean()) {
      add(Wire.describe('P', ""));
    }
    add(Wire.execute("", 0));
    for (int syncs = random.nextInt(3); syncs > 0; syncs--) {
      add(random.nextInt(4) == 0 ? Wire.flush() : Wire.sync());
    }
    data(random.nextInt(10) == 0);
    for (int syncs = random.nextInt(3); syncs > 0; syncs--) {
      add(random.nextInt(4) == 0 ? Wire.flush() : Wire.sync());
    }
  }

  private void stray() {
    switch (random.nextInt(3)) {
      case 0 -> add(Wire.copyData("stray"));
      case 1 -> add(Wire.copyDone());
      default -> add(Wire.copyFail());
    }
  }
}
