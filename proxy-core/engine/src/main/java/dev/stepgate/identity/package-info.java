/** Evidence in, identity out: tokens of OIDC issuers, verified and put into one vocabulary. */
package dev.stepgate.identity;
