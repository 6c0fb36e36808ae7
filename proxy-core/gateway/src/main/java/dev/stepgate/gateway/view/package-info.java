/** Looks into a state directory, offline or beside a running gateway: sessions and their replay. */
package dev.stepgate.gateway.view;
