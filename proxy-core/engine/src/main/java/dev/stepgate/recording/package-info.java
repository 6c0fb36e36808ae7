/**
 * What was asked and what the client saw: a journal that survives the process, and per client
 * connection a hash-chained file of JSON lines ({@code docs/specs/recording.md}).
 */
package dev.stepgate.recording;
