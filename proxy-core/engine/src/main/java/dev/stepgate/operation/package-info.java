/** What a client wants to do, and how that ended, in words that every protocol shares. */
package dev.stepgate.operation;
