package dev.stepgate.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events of one kind are written: a burst, then one a second. A long line counts as
 * several, since what it displaces is measured in bytes. What is beyond is counted, so that whoever
 * floods the gateway with refusals fills no disk, hides no other kind and pushes out no old events
 * soon. One thread.
 */
final class Budget {

  /** Events of one kind that may come at once. */
  static final int BURST = 256;

  /** What counts as one event; a longer one counts as several. */
  static final int BYTES_PER_EVENT = 2 << 10;

  /** Kinds that are told apart; there are far fewer. */
  private static final int MAX_KINDS = 64;

  private static final long NANOS_PER_EVENT = 1_000_000_000L;

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  private static final class Account {
    private long paidUntil;
    private long suppressed;
  }

  /** Whether one more event of {@code kind}, so long, is written; counted if not. */
  boolean spend(String kind, int bytes, long now) {
    Account account = account(kind, now);
    long price = (1 + bytes / BYTES_PER_EVENT) * NANOS_PER_EVENT;
    long from = Math.max(account.paidUntil, now - BURST * NANOS_PER_EVENT);
    if (from + price - now > 0) {
      account.suppressed++;
      return false;
    }
    account.paidUntil = from + price;
    return true;
  }

  /** Counts events that were never looked at. */
  void lost(String kind, long count, long now) {
    account(kind, now).suppressed += count;
  }

  /** How many of each kind were counted only, since this was asked last. */
  Map<String, Long> suppressed() {
    Map<String, Long> counts = new LinkedHashMap<>();
    accounts.forEach(
        (kind, account) -> {
          if (account.suppressed > 0) {
            counts.put(kind, account.suppressed);
            account.suppressed = 0;
          }
        });
    return counts;
  }

  private Account account(String kind, long now) {
    String name = accounts.containsKey(kind) || accounts.size() < MAX_KINDS ? kind : "other";
    return accounts.computeIfAbsent(
        name,
        unseen -> {
          Account account = new Account();
          account.paidUntil = now - BURST * NANOS_PER_EVENT;
          return account;
        });
  }
}
