/** Puts a step under another operating-system user than the gateway, or says why it cannot. */
package dev.stepgate.gateway.isolation;
