package dev.sessioncache.project;

/** A record value for every lane but the one it comes from. */
record OtherLanes(int from, byte[] value) {}
