/**
 * The demo: a real PostgreSQL server, a step with a session of its own, the replay of what it did,
 * and evidence that verifies until one byte of it is changed.
 */
package dev.stepgate.gateway.demo;
