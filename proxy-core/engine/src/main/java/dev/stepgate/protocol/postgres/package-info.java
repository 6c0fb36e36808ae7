/**
 * A PostgreSQL session: who may log in, what becomes an operation, what is forwarded, recorded and
 * refused. Bytes and messages are {@code wire}'s.
 */
package dev.stepgate.protocol.postgres;
