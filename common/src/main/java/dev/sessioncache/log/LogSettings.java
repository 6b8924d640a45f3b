package dev.sessioncache.log;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;

/** How the programs log. */
@Section(value = "Log", description = "How stream and warm log, to stderr.")
public record LogSettings(
    @Setting(
            name = "log.format",
            defaultValue = "text",
            description =
                "text for people; json for log systems: one object a line, each key of an event a field of its own.")
        LogFormat format,
    @Setting(
            name = "log.level",
            defaultValue = "info",
            description =
                "From which level on our own log tells; --verbose says debug. Libraries tell of warnings and errors only.")
        LogLevel level) {}
