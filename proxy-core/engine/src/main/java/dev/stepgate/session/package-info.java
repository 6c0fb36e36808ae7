/** Who talks to what: immutable facts about a step's session and its client connections. */
package dev.stepgate.session;
