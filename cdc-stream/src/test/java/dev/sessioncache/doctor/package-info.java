@NullMarked
package dev.sessioncache.doctor;

import org.jspecify.annotations.NullMarked;
