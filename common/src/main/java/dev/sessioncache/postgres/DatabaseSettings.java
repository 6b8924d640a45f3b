package dev.sessioncache.postgres;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;

/** Where Postgres is. */
@Section(value = "Postgres", description = "The database that holds sessions and users.")
public record DatabaseSettings(
    @Setting(
            name = "database.url",
            description =
                "postgres://user:password@host:port/database?sslmode=...; must be the primary, see warm.database.url.")
        DatabaseUrl url) {}
