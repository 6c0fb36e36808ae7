/**
 * The long-lived gateway's control socket ({@code docs/specs/control.md}): JSON lines over a Unix
 * socket, whose peers the kernel names.
 */
package dev.stepgate.gateway.control;
