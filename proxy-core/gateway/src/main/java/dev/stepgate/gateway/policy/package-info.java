/** What rules say of statements, without a server: for those who write rules. */
package dev.stepgate.gateway.policy;
