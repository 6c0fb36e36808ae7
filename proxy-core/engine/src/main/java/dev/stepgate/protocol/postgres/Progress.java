package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.Set;

/** How far client and server are: what is owed, what is skipped, what has to wait. */
final class Progress {

  /** Why nothing of the client's is taken at the moment. */
  enum Block {
    /** A COPY FROM STDIN has been sent whole and is not answered yet. */
    COPY,
    /** COPY data came before the answer that says whether a COPY begins. */
    STRAY,
    /** Where the server stands after a failed COPY is being found out. */
    RESYNC,
    /** People are asked about the next message. */
    APPROVAL,
    /** What a message would do is being found out. */
    JUDGE,
    /** A cancel request is under way; it must not hit a later statement. */
    CANCEL
  }

  /** ReadyForQuery's status outside a transaction. */
  static final byte IDLE = 'I';

  /** The same within one. */
  static final byte IN_TRANSACTION = 'T';

  /** The same within one that has failed. */
  static final byte FAILED = 'E';

  private static final int TAG_BYTES = 3;

  private final Replies replies = new Replies();
  private final Subjects subjects = new Subjects();
  private final Set<Block> blocks = EnumSet.noneOf(Block.class);
  private Situation situation;
  private CopyIn copyIn;
  private byte status = IDLE;
  private boolean unsynced;
  private boolean skipping;
  private boolean condemned;
  private boolean discarding;
  private boolean lost;
  private boolean defined;
  private int unfinished;

  /** What the server owes. */
  Replies replies() {
    return replies;
  }

  /** What names stand for. */
  Subjects subjects() {
    return subjects;
  }

  /** What decides on the meaning of statements, or null if nobody looks at them. */
  Situation situation() {
    return situation;
  }

  void situation(Situation now) {
    situation = now;
  }

  /** The COPY FROM STDIN that is going on, or null. */
  CopyIn copyIn() {
    return copyIn;
  }

  void copyIn(CopyIn begun) {
    copyIn = begun;
  }

  /** A COPY FROM STDIN is over; {@code syncs} that were sent behind it are still to be answered. */
  void copied(int syncs) {
    endCopy();
    for (int i = 0; i < syncs; i++) {
      replies.add(Reply.SYNC, null, null);
    }
  }

  /**
   * A COPY FROM STDIN has failed, and where the server stands is unknown.
   *
   * @return whether that can be asked now; else once the rest of a message has been sent
   */
  boolean lose() {
    endCopy();
    lost = true;
    return unfinished == 0;
  }

  private void endCopy() {
    unfinished = copyIn.unfinished();
    copyIn = null;
    unblock(Block.COPY);
  }

  /** Bytes still to come of a CopyData whose COPY has ended. */
  int unfinished() {
    return unfinished;
  }

  /** Some of them are sent; answers whether it can be asked now where the server stands. */
  boolean finish(int bytes) {
    unfinished -= bytes;
    return unfinished == 0 && lost;
  }

  boolean blocked() {
    return !blocks.isEmpty() || replies.full();
  }

  boolean blocked(Block why) {
    return blocks.contains(why);
  }

  void block(Block why) {
    blocks.add(why);
  }

  void unblock(Block why) {
    blocks.remove(why);
  }

  /** Lets COPY data go that waited for the answer that says whether a COPY begins. */
  void unblockStray() {
    if (!blocks.isEmpty() && (copyIn != null || !replies.mayCopy())) {
      unblock(Block.STRAY);
    }
  }

  /** Whether the server skips whatever it is sent up to the next Sync. */
  boolean skipping() {
    return skipping;
  }

  void skips() {
    skipping = true;
  }

  /** Whether the server will skip it: what cannot but fail was put before it. */
  boolean condemned() {
    return condemned;
  }

  /** Up to the next Sync nothing will be done. */
  void condemn() {
    condemned = true;
  }

  /** Whether the gateway has to do so in its place. */
  boolean discarding() {
    return discarding;
  }

  /** The gateway's own Sync was answered; the server waits for what comes next. */
  void resynchronized(boolean serverWouldSkip) {
    discarding = serverWouldSkip;
    lost = false;
    unblock(Block.RESYNC);
  }

  /** Whether what was sent last is not ended by a Sync yet. */
  boolean isUnsynced() {
    return unsynced;
  }

  /** A message that will be answered with {@code reply} goes to the server. */
  void sent(Reply reply) {
    unsynced = reply.extended();
  }

  /** A Sync goes to the server. */
  void synced() {
    skipping = false;
    condemned = false;
    discarding = false;
    unsynced = false;
    subjects.synced();
    if (situation != null) {
      situation.synced(status == IN_TRANSACTION);
    }
    replies.add(Reply.SYNC, null, null);
  }

  /** Where the transaction stood at the last ReadyForQuery. */
  byte status() {
    return status;
  }

  void status(byte now) {
    status = now;
    if (situation != null && replies.isEmpty() && copyIn == null) {
      situation.settled(now == IDLE);
    }
  }

  /** Whether the server works on something, or is in the middle of something. */
  boolean busy() {
    return running() || unsynced || skipping || discarding || lost || unfinished > 0;
  }

  /** Whether the server works on something that a cancel request could hit. */
  boolean running() {
    return !replies.isEmpty() || copyIn != null;
  }

  /** Whether nothing is owed, and what the client asks next begins outside a transaction. */
  boolean idle() {
    return !busy() && status == IDLE;
  }

  /**
   * A statement's command tag lies in {@code [from, end)}.
   *
   * @return whether this client has asked for something that may show in later sessions
   */
  boolean tag(ByteBuf in, int from, int end) {
    if (situation == null) {
      subjects.completed(in, from, end);
    }
    defined |= end - from < TAG_BYTES || !plain(in.getMedium(from) >> 8);
    return defined;
  }

  /** Whether a tag that begins with these two letters is of data, transactions or settings. */
  private static boolean plain(int letters) {
    return switch (letters & 0xffff) {
      // SELECT, SET; INSERT; UPDATE; DELETE, DECLARE, DEALLOCATE; MERGE; FETCH; SHOW
      case ('S' << 8) | 'E',
          ('I' << 8) | 'N',
          ('U' << 8) | 'P',
          ('D' << 8) | 'E',
          ('M' << 8) | 'E',
          ('F' << 8) | 'E',
          ('S' << 8) | 'H',
          // BEGIN; COMMIT, COPY; ROLLBACK; START TRANSACTION; SAVEPOINT; EXPLAIN
          ('B' << 8) | 'E',
          ('C' << 8) | 'O',
          ('R' << 8) | 'O',
          ('S' << 8) | 'T',
          ('S' << 8) | 'A',
          ('E' << 8) | 'X' ->
          true;
      default -> false;
    };
  }

  /** Whether this client has asked for something that may show in later sessions. */
  boolean defined() {
    return defined;
  }
}
