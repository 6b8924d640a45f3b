package dev.sessioncache.log;

/** From which level on our log tells. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG
}
