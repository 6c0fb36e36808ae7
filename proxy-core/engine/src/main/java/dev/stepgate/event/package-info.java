/** What the gateway refused outside of any session, as bounded, hash-chained files of its own. */
package dev.stepgate.event;
