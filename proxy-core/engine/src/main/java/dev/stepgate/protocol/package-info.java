/** What all protocols share towards the composition root. Protocols do not know each other. */
package dev.stepgate.protocol;
