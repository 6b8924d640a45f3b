package dev.sessioncache.demo;

/**
 * The stream, by its own report.
 *
 * @param mode {@code continued} from the saved position, or {@code baseline}: read everything anew
 * @param reason why
 * @param baseline number of the baseline it stands on
 * @param changes captured since it started
 * @param entries handed to Redis since it started
 * @param accepted those of the entries that the guard let pass
 * @param rejected those that it did not, because Redis held something newer
 * @param lanes how many there are
 * @param http URL where it tells more; empty when nowhere
 */
record StreamReport(
    String mode,
    String reason,
    long baseline,
    long changes,
    long entries,
    long accepted,
    long rejected,
    int lanes,
    String http) {}
