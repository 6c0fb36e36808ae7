package dev.stepgate.gateway.control;

import dev.stepgate.gateway.isolation.OsUser;

/**
 * Who is at the other end of a control connection, as the kernel says.
 *
 * @param user the operating-system user that connected
 */
record Peer(OsUser user) {

  boolean isRoot() {
    return user.uid() == OsUser.ROOT;
  }
}
