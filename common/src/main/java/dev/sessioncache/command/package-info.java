/**
 * What the command lines of both programs share: options, exit codes, and how a failure is told to
 * the operator. Read {@link dev.sessioncache.command.CommandRunner} first.
 */
@NullMarked
package dev.sessioncache.command;

import org.jspecify.annotations.NullMarked;
