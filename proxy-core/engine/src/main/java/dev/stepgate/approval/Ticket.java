package dev.stepgate.approval;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** One operation's place at the desk. Methods do not block; the desk's thread does the work. */
public final class Ticket {

  private final Desk desk;
  private final Wait wait;
  private final Consumer<Runnable> thread;
  private volatile Request request;
  private volatile boolean over;
  private volatile boolean looking;

  Ticket(Desk desk, Wait wait, Consumer<Runnable> thread) {
    this.desk = desk;
    this.wait = wait;
    this.thread = thread;
  }

  boolean over() {
    return over;
  }

  void begins(Request asked) {
    request = asked;
    tell(waits -> waits.asked(asked));
  }

  void knows(Request now) {
    request = now;
  }

  void tell(Consumer<Wait> word) {
    onThread(
        () -> {
          if (!over) {
            word.accept(wait);
          }
        });
  }

  private void onThread(Runnable task) {
    try {
      thread.accept(task);
    } catch (RejectedExecutionException e) {
      over = true; // the thread has ended, and with it whoever waited
    }
  }

  /** The same as {@link Wait} is told; looks at the clock too. Call now and then. */
  public void look() {
    Request known = request;
    if (!over && known != null && !looking) {
      looking = true;
      desk.run(
          () -> {
            looking = false;
            if (!over) {
              desk.look(this, request);
            }
          },
          this);
    }
  }

  /** Tells people what the server expects. */
  public void expecting(String rows) {
    Request known = request;
    if (!over && known != null) {
      desk.run(() -> desk.expecting(known.id(), rows), this);
    }
  }

  /** Nobody waits any more, and nothing of it will run. Nothing is told after this. */
  public void cancel(String because) {
    if (!over) {
      over = true;
      desk.run(
          () -> {
            if (request != null) {
              desk.cancel(request.id(), because);
            }
          },
          this);
    }
  }

  /**
   * Uses the approval up, before what it is for is forwarded.
   *
   * @param digest of what will be forwarded ({@link Binding})
   * @param then told, on the thread that waits, empty if it may, else why not
   */
  public void use(String digest, Consumer<Optional<String>> then) {
    Request known = request;
    desk.run(
        () -> {
          Optional<String> why = desk.use(known.id(), digest);
          onThread(
              () -> {
                if (!over) {
                  over = true;
                  then.accept(why);
                }
              });
        },
        this);
  }
}
