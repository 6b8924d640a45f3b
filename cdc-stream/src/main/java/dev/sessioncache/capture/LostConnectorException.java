package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;

/**
 * What the connector has written may have a hole, and only the operator can begin anew: its offsets
 * are not ours. Ends capture at once.
 */
final class LostConnectorException extends OperationException {

  private static final long serialVersionUID = 1L;

  LostConnectorException(String reason, String slot) {
    super(
        reason
            + ": changes may be missing, so no pulse is sent any more. Begin a new baseline"
            + " (docs/connect.md): stop the connector, reset its offsets, drop slot "
            + slot
            + " if it is there, start capture, resume the connector");
  }
}
