package dev.sessioncache.mapping;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the operator says about tables, columns and the cached document. */
@Section(
    value = "Tables and document",
    description =
        "Which tables and columns make a session, when it is live, and what its cached document and key look"
            + " like. Every column named here must exist and have a supported type.")
public record MappingSettings(
    @Setting(
            name = "tables.sessions",
            defaultValue = "platform.user_sessions",
            description = "Table of the sessions; needs a primary key of one column.")
        TableName sessions,
    @Setting(
            name = "tables.users",
            defaultValue = "platform.users",
            description = "Table of the users; needs a primary key of one column.")
        TableName users,
    @Setting(
            name = "session.user",
            defaultValue = "user_id",
            description = "Column of the sessions that holds the user's primary key.")
        String sessionUser,
    @Setting(
            name = "session.activity",
            defaultValue = "last_activity_at",
            description =
                "Column (timestamptz) of the last activity: the warm takes the most recent first.")
        String sessionActivity,
    @Setting(
            name = "session.expires",
            defaultValue = "expires_at",
            description = "Column (timestamptz) after which the session is dead.")
        String sessionExpires,
    @Setting(
            name = "session.created",
            defaultValue = "created_at",
            description =
                "Column (timestamptz) of the session's beginning; with session.requests it tells how"
                    + " busy a session is. Only the warm reads it, for its estimates.")
        Optional<String> sessionCreated,
    @Setting(
            name = "session.requests",
            defaultValue = "request_count",
            description =
                "Column (a number) of the requests that a session has made. Only the warm reads it,"
                    + " for its estimates; without it they rest on the last activity alone.")
        Optional<String> sessionRequests,
    @Setting(
            name = "session.revoked",
            defaultValue = "revoked_at",
            description =
                "Column that marks a revoked session: not null (any type) or true (bool).")
        Optional<String> sessionRevoked,
    @Setting(
            name = "session.window",
            defaultValue = "24h",
            description =
                "A session without activity for this long is not kept warm. It can still be valid: readers then find it in Postgres.")
        Duration window,
    @Setting(
            name = "user.status",
            defaultValue = "status",
            description = "Column of the users that tells whether the account may be used.")
        Optional<String> userStatus,
    @Setting(
            name = "user.status.active",
            defaultValue = "active",
            description =
                "The value of user.status of an account that may be used; with any other none of the user's sessions is cached.")
        String activeStatus,
    @Setting(
            name = "cache.key",
            defaultValue = "session:{token}",
            description =
                "Redis key of a session: one session column in braces, fixed text around it.")
        KeyTemplate key,
    @Setting(
            name = "token.hash",
            defaultValue = "none",
            description =
                "What stands for a token in topics and in Redis: the token itself, or its HMAC. The same for all programs and readers; see docs/security.md.")
        TokenHashing tokenHash,
    @Setting(
            name = "token.hash.key",
            description =
                "Secret key of token.hash=hmac-sha256: at least 32 random bytes in hex or base64, as `openssl rand -hex 32` prints them. The same for all programs and readers.",
            secret = true)
        Optional<TokenKey> tokenHashKey,
    @Setting(
            name = "document.session",
            defaultValue =
                "id,user_id,ip_address,user_agent,created_at,last_activity_at,expires_at,request_count,data",
            description = "Session columns in the document, in this order.")
        List<String> documentSession,
    @Setting(
            name = "document.user",
            defaultValue = "email,display_name,role",
            description =
                "User columns in the document, in this order, as the nested object `user`; empty for none.")
        List<String> documentUser) {

  public MappingSettings {
    documentSession = List.copyOf(documentSession);
    documentUser = List.copyOf(documentUser);
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("session.window must be positive");
    }
    if (documentSession.isEmpty()) {
      throw new IllegalArgumentException("document.session must name at least one column");
    }
    if (tokenHash == TokenHashing.HMAC_SHA256 && tokenHashKey.isEmpty()) {
      throw new IllegalArgumentException(
          "token.hash=hmac-sha256 needs token.hash.key: put it into WARMER_TOKEN_HASH_KEY");
    }
    if (tokenHash == TokenHashing.NONE && tokenHashKey.isPresent()) {
      throw new IllegalArgumentException(
          "token.hash.key is set and token.hash is none: set that to hmac-sha256, or remove the key");
    }
    if (tokenHash != TokenHashing.NONE && documentSession.contains(key.column())) {
      throw new IllegalArgumentException(
          "document.session holds "
              + key.column()
              + ", the token, which token.hash is to keep out of topics and Redis: leave it out");
    }
  }

  /** What stands for a token outside of Postgres. */
  public TokenHash tokens() {
    return TokenHash.of(tokenHashKey);
  }

  /** How tokens become Redis keys. */
  public SessionKeys keys() {
    return new SessionKeys(key, tokens());
  }

  /** The defaults that docs/configuration.md tells. */
  public static MappingSettings defaults() {
    return new MappingSettings(
        TableName.parse("platform.user_sessions"),
        TableName.parse("platform.users"),
        "user_id",
        "last_activity_at",
        "expires_at",
        Optional.of("created_at"),
        Optional.of("request_count"),
        Optional.of("revoked_at"),
        Duration.ofHours(24),
        Optional.of("status"),
        "active",
        KeyTemplate.parse("session:{token}"),
        TokenHashing.NONE,
        Optional.empty(),
        List.of(
            "id",
            "user_id",
            "ip_address",
            "user_agent",
            "created_at",
            "last_activity_at",
            "expires_at",
            "request_count",
            "data"),
        List.of("email", "display_name", "role"));
  }
}
