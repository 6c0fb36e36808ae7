package dev.stepgate.recording;

/**
 * How far a recording has come: the head of its hash chain after so many lines.
 *
 * @param recording its name, {@code 01K8…/0001}
 * @param lines how many lines the head covers, the header line included
 * @param hash {@code h(lines)} in lower-case hex, 64 characters
 * @param last whether the recording has ended, so that no line follows
 */
public record Head(String recording, long lines, String hash, boolean last) {}
