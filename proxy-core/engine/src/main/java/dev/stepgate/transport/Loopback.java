package dev.stepgate.transport;

import java.net.InetSocketAddress;

/**
 * A connection over the loopback address, as its accepting side sees it.
 *
 * @param peer the other end
 * @param here this end
 */
public record Loopback(InetSocketAddress peer, InetSocketAddress here) {}
