-- The two tables that the cache is made of. REPLICA IDENTITY stays at its default.
create schema if not exists platform;

create table if not exists platform.users (
  id           uuid primary key,
  email        text not null,
  display_name text,
  role         text not null,
  status       text not null default 'active' check (status in ('active', 'disabled')),
  updated_at   timestamptz not null default now()
);

create table if not exists platform.user_sessions (
  id               uuid primary key,
  token            text not null unique,
  user_id          uuid not null references platform.users on delete cascade,
  ip_address       inet,
  user_agent       text,
  created_at       timestamptz not null default now(),
  last_activity_at timestamptz not null default now(),
  expires_at       timestamptz not null,
  request_count    bigint not null default 0,
  revoked_at       timestamptz,
  data             jsonb
);

create index if not exists user_sessions_last_activity_at_idx
  on platform.user_sessions (last_activity_at desc);
create index if not exists user_sessions_user_id_idx
  on platform.user_sessions (user_id);
