/**
 * The transparency log that a gateway commits to ({@code docs/specs/log.md}): {@link
 * dev.stepgate.audit.Log} writes it, its rooms hold the tree, the signed notes and the leaves.
 */
package dev.stepgate.audit;
