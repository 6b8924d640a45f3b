-- Parameters: seed, number of users, the time that everything is relative to.
insert into platform.users (id, email, display_name, role, status, updated_at)
select
  pg_temp.make_id('u', n, seed),
  'user' || n || '@example.com',
  case when n % 50 = 0 then null
       else (array['Ada', 'Björk', 'Chidi', 'Dóra', 'Emil', 'Fatima', 'Goran', 'Hanako'])
              [1 + (n % 8)::int] || ' ' || n end,
  (array['viewer', 'viewer', 'viewer', 'editor', 'editor', 'admin'])
    [1 + floor(6 * pg_temp.draw(n, seed, 1))::int],
  -- User 1 has the many sessions and stays active; some 2 % of the others are disabled.
  case when n > 1 and pg_temp.draw(n, seed, 2) < 0.02 then 'disabled' else 'active' end,
  at - pg_temp.draw(n, seed, 3) * interval '365 days'
from (values (?::bigint, ?::int, ?::timestamptz)) as input (seed, users, at),
     generate_series(1::bigint, users) as n
