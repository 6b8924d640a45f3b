package dev.sessioncache.demo.data;

/**
 * What the tables hold before the traffic starts.
 *
 * @param created whether the rows are new
 * @param users rows of platform.users
 * @param sessions rows of platform.user_sessions
 * @param live those of the sessions that are live now
 * @param seconds that creating or counting them took
 */
public record DataState(boolean created, long users, long sessions, long live, double seconds) {}
