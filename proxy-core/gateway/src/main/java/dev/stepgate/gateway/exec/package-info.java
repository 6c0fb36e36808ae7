/** Runs a step: opens its session, starts its command, forwards signals, seals on every path. */
package dev.stepgate.gateway.exec;
