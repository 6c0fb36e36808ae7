package dev.stepgate;

import dev.stepgate.event.Event;
import dev.stepgate.event.EventLog;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.PeerUser;
import dev.stepgate.transport.Peers;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The endpoints' doorkeepers: look whose process a client is, and tell the events. */
final class Doors {

  private static final int ROOT = 0;

  private final EventLog events;
  private final Peers peers;

  Doors(EventLog events, Peers peers) {
    this.events = events;
    this.peers = peers;
  }

  /** The keeper of one endpoint. */
  Doorkeeper of(SessionId session, String connection, Optional<Integer> step) {
    return new Door(session, connection, step);
  }

  private final class Door implements Doorkeeper {

    private final SessionId session;
    private final String connection;
    private final Optional<Integer> step;

    Door(SessionId session, String connection, Optional<Integer> step) {
      this.session = session;
      this.connection = connection;
      this.step = step;
    }

    @Override
    public boolean knowsTheStep() {
      return step.isPresent();
    }

    @Override
    public void look(Channel client, Consumer<Caller> answer) {
      if (step.isEmpty()) {
        answer.accept(Caller.UNKNOWN);
      } else {
        peers.look(client, step.get(), user -> answer.accept(caller(user, step.get())));
      }
    }

    private static Caller caller(PeerUser user, int step) {
      return switch (user.kind()) {
        case KNOWN -> {
          boolean own = user.uid() == step;
          boolean root = user.uid() == ROOT;
          Caller.Kind kind =
              own ? Caller.Kind.STEP : root ? Caller.Kind.ROOT : Caller.Kind.STRANGER;
          yield new Caller(kind, user.uid(), true);
        }
        case OTHER -> new Caller(Caller.Kind.STRANGER, 0, false);
        case GONE, BUSY -> new Caller(Caller.Kind.NOBODY, 0, false);
        case UNTOLD -> Caller.UNKNOWN;
      };
    }

    @Override
    public void loginFailed(Channel client, Caller caller, String user) {
      tell(event("login-failed", client, caller).with("user", user));
    }

    @Override
    public void turnedAway(Channel client, Caller caller, boolean rightToken) {
      Event.Builder event = event("stranger-refused", client, caller);
      step.ifPresent(uid -> event.with("expected", Integer.toUnsignedLong(uid)));
      if (rightToken) {
        event.with("token", "right");
      }
      tell(event);
    }

    private Event.Builder event(String kind, Channel client, Caller caller) {
      Event.Builder event =
          Event.of(kind)
              .with("session", session.value())
              .with("connection", connection)
              .with("peer", Peers.place(client));
      if (caller.told()) {
        event.with("uid", Integer.toUnsignedLong(caller.uid()));
      }
      return event;
    }

    private void tell(Event.Builder event) {
      CompletionStage<Boolean> unused = events.record(event.build());
    }
  }
}
