/** The commands, one class each. They parse and print; what they do lies in other packages. */
package dev.stepgate.gateway.cli;
