package dev.sessioncache.verify;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;

/** How the stream compares Redis with Postgres beside its work. */
@Section(
    value = "Verify",
    description =
        "The comparison of Redis with Postgres that the stream makes in the background, and that the"
            + " command verify makes with --continuous.")
public record VerifySettings(
    @Setting(
            name = "verify.rate",
            defaultValue = "50",
            min = "0",
            max = "1000000",
            description =
                "Sessions looked at per second, by one process of all; 0 switches it off. A round"
                    + " looks at those of Postgres and at those of Redis.")
        int rate,
    @Setting(
            name = "verify.repair",
            defaultValue = "false",
            description =
                "Whether the stream repairs the drift that it finds, through the guard. Else it only"
                    + " tells.")
        boolean repair) {}
