/** What may be done: pure decisions. */
package dev.stepgate.policy;
