package dev.sessioncache.dashboard;

/**
 * A <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent event</a>.
 *
 * @param name {@code past}, {@code now} or {@code events}
 * @param data JSON on one line
 * @param id by which a client that comes back says up to when it knows all: ms since 1970
 */
record Message(String name, String data, String id) {}
