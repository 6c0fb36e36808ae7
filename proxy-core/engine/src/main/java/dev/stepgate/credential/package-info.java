/**
 * Upstream secrets and where they come from. A secret is read for one login, held as bytes, and
 * wiped; nothing here prints one.
 */
package dev.stepgate.credential;
