/**
 * A statement's text becomes facts: scanned to its shape, looked up, and, where the shape is new,
 * read from the tree that PostgreSQL's own grammar makes of it. Knows no wire, no session and no
 * catalog.
 */
package dev.stepgate.protocol.postgres.sql;
