/**
 * Event loops, listeners and dialled connections: TLS, limits, back-pressure. What a protocol gets
 * is a Netty channel with {@code autoRead} off; {@code read()} is the credit for one more read.
 */
package dev.stepgate.transport;
