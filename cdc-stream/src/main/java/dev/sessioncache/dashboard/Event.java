package dev.sessioncache.dashboard;

/**
 * Something that has happened to the whole.
 *
 * @param atMs when it was noticed, ms since 1970
 * @param kind one word for programs
 * @param level how bad it is
 * @param text one line for people
 */
record Event(long atMs, String kind, Verdict.Level level, String text) {}
