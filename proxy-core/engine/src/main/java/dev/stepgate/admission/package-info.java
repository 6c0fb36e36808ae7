/** The gate: every operation enters once, leaves once, and is recorded before it is forwarded. */
package dev.stepgate.admission;
