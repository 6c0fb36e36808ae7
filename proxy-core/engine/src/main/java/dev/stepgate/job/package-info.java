/**
 * The narrow contract with whoever runs the step: a {@link dev.stepgate.job.JobContext} in, a
 * {@link dev.stepgate.job.StepEnvironment} out, a {@link dev.stepgate.job.Seal} at the end.
 */
package dev.stepgate.job;
