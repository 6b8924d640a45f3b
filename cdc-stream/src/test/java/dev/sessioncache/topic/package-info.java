@NullMarked
package dev.sessioncache.topic;

import org.jspecify.annotations.NullMarked;
