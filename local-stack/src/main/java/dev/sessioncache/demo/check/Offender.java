package dev.sessioncache.demo.check;

/**
 * A session that is wrong in the cache, without its token.
 *
 * @param session its id, or a note that there is no such session
 * @param offence {@link Offence#label()}
 */
public record Offender(String session, String offence) {}
