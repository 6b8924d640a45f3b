package dev.sessioncache.verify;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Which live sessions are to be in Redis: those within the budget. */
@FunctionalInterface
interface KeptSessions {

  /** Without a budget. */
  KeptSessions ALL = live -> live.stream().map(Expected::key).collect(Collectors.toSet());

  /** The keys of those that are to be there, of live sessions that are not. */
  Set<String> of(Collection<Expected> live);
}
