/** JMH benchmarks of what every operation passes through. */
package dev.stepgate.benchmarks;
