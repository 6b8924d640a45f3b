@NullMarked
package dev.sessioncache.project;

import org.jspecify.annotations.NullMarked;
