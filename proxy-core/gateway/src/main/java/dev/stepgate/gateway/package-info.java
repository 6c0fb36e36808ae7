/** The runnable gateway: command line, control socket, isolation of the step, demo. */
package dev.stepgate.gateway;
