/** The Merkle tree: hashes (RFC 6962), proofs (RFC 9162), tiles (C2SP tlog-tiles). Pure. */
package dev.stepgate.audit.tree;
