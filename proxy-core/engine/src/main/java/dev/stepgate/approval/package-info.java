/**
 * Who may say yes, to exactly what, until when: durable requests, and the people who answer them
 * ({@code docs/specs/approval.md}).
 */
package dev.stepgate.approval;
