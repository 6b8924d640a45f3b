package dev.sessioncache.demo;

/**
 * What the warm did, by its own report.
 *
 * @param sessions written to Redis
 * @param rejected by the guard, because Redis held something newer
 * @param seconds that the warm took
 * @param firstWarmedSeconds from the start of this command to the first session in Redis
 */
record WarmReport(long sessions, long rejected, double seconds, double firstWarmedSeconds) {}
