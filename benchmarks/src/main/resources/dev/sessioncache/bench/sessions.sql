-- Tables as in the demonstration, and so many sessions, all of them live, of a quarter as many users; documents of about 700 bytes.
drop schema if exists platform cascade;
create schema platform;

create table platform.users (
  id           uuid primary key,
  email        text not null,
  display_name text,
  role         text not null,
  status       text not null default 'active',
  updated_at   timestamptz not null default now()
);

create table platform.user_sessions (
  id               uuid primary key,
  token            text not null,
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

insert into platform.users (id, email, display_name, role)
select md5('u' || n)::uuid, 'user' || n || '@example.com', 'Ada ' || n, (array['viewer', 'editor', 'admin'])[1 + n % 3]
from generate_series(0, :sessions / 4) n;

insert into platform.user_sessions
select md5('s' || n)::uuid,
       md5('a' || n) || md5('b' || n),
       md5('u' || n % (:sessions / 4 + 1))::uuid,
       ('10.' || n % 200 || '.' || n % 256 || '.' || n % 250)::inet,
       'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
       now() - interval '23 hours',
       now() - (n::float8 / :sessions) * interval '20 hours',
       now() + interval '7 days',
       n % 500,
       null,
       jsonb_build_object('locale', 'en-GB', 'csrf', md5('c' || n), 'mfa', n % 3 = 0,
         'cart', jsonb_build_object('items', n % 7, 'total', n % 300), 'features', jsonb_build_array('search-v2', 'cohort-' || n % 20),
         'city', 'Zürich', 'last_path', '/accounts/' || n / 4 || '/orders/' || n)
from generate_series(1, :sessions) n
order by md5('o' || n);

alter table platform.user_sessions add unique (token);
create index on platform.user_sessions (last_activity_at desc);
create index on platform.user_sessions (user_id);
vacuum analyze platform.users;
vacuum analyze platform.user_sessions;
