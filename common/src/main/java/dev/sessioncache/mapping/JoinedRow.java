package dev.sessioncache.mapping;

/** A session and its user. */
public record JoinedRow(Row session, Row user) {}
