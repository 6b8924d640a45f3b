/**
 * Looks whether the servers and their settings are what our programs need, before or while they
 * run; changes nothing. {@link dev.sessioncache.doctor.Doctor} is the command.
 */
@NullMarked
package dev.sessioncache.doctor;

import org.jspecify.annotations.NullMarked;
