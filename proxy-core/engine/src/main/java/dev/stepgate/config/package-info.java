/**
 * {@code stepgate.yml} into immutable records. Every problem of a file is found in one run and
 * names file, line and key.
 */
package dev.stepgate.config;
