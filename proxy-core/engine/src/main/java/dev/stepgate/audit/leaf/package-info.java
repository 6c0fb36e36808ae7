/** What stands in the log: the leaves' records, their canonical JSON, and the seal line. */
package dev.stepgate.audit.leaf;
