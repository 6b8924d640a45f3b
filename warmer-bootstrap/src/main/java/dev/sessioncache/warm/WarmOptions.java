package dev.sessioncache.warm;

/**
 * What is asked of one warm beside its settings.
 *
 * @param wish which kind of warm
 * @param waits for another warm of the same Redis, instead of leaving the work to it
 * @param dryRun reads and compares, and writes nothing
 * @param quiet tells nothing on the way
 */
record WarmOptions(Plan.Wish wish, boolean waits, boolean dryRun, boolean quiet) {}
