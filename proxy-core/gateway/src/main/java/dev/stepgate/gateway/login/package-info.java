/** How a person signs in at the command line, and where what they get is kept. */
package dev.stepgate.gateway.login;
