package dev.stepgate.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events of one kind are written: a burst, then one a second. What is beyond is counted,
 * so that whoever floods the gateway with refusals fills no disk and hides no other kind. One
 * thread.
 */
final class Budget {

  /** Events of one kind that may come at once. */
  static final int BURST = 256;

  /** Kinds that are told apart; there are far fewer. */
  private static final int MAX_KINDS = 64;

  private static final long NANOS_PER_EVENT = 1_000_000_000L;

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  private static final class Account {
    private long paidUntil;
    private long suppressed;
  }

  /** Whether one more event of {@code kind} is written; counted if not. */
  boolean spend(String kind, long now) {
    Account account = account(kind, now);
    long from = Math.max(account.paidUntil, now - BURST * NANOS_PER_EVENT);
    if (from + NANOS_PER_EVENT - now > 0) {
      account.suppressed++;
      return false;
    }
    account.paidUntil = from + NANOS_PER_EVENT;
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
