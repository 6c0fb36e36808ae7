package dev.stepgate.protocol.postgres.catalog;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where a catalog is read: one database of one server. Thread-safe. */
@FunctionalInterface
public interface CatalogSource {

  /**
   * Runs {@code queries} in order in one read-only transaction that sees one moment, over a
   * connection of its own.
   *
   * @return one list of rows for each query, a value that is null as null; fails with a sentence
   *     for a person if the server cannot be asked, refuses, or sends more than is taken
   */
  CompletableFuture<List<List<String[]>>> read(List<String> queries);
}
