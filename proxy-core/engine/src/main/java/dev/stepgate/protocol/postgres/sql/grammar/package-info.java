/**
 * PostgreSQL's own parser, compiled from WebAssembly to classes when the engine is built. Knows
 * text in and trees out; what a tree means is the parent package's.
 */
package dev.stepgate.protocol.postgres.sql.grammar;
