package dev.sessioncache.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The log of this process, where it is logback's: that of a program of ours, not that of an
 * application which holds a part of us.
 */
public final class Log {

  private static final String OURS = "dev.sessioncache";

  private Log() {}

  /** From now on. */
  public static void use(LogFormat format, LogLevel level) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.putProperty(LogEncoder.FORMAT, format.name().toLowerCase(Locale.ROOT));
      context.getLogger(OURS).setLevel(Level.valueOf(level.name()));
    }
  }
}
