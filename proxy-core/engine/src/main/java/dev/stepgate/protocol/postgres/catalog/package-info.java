/**
 * What a server makes of the names in a statement: its catalog, read over a connection of the
 * gateway's own into an immutable snapshot, and the reach that follows from facts and snapshot.
 * Knows no wire, no session and no gate.
 */
package dev.stepgate.protocol.postgres.catalog;
