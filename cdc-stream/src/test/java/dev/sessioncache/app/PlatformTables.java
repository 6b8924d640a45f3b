package dev.sessioncache.app;

/** The two tables as the settings name them by default. */
final class PlatformTables {

  static final String SQL =
      """
      create schema platform;
      create table platform.users (id uuid primary key, email text, display_name text, role text,
        status text, updated_at timestamptz default now());
      create table platform.user_sessions (id uuid primary key, token text unique not null,
        user_id uuid not null references platform.users on delete cascade, ip_address inet, user_agent text,
        created_at timestamptz default now(), last_activity_at timestamptz default now(),
        expires_at timestamptz default now() + interval '1 day', request_count bigint default 0,
        revoked_at timestamptz, data jsonb);
      """;

  private PlatformTables() {}
}
