-- Parameters: seed, number of users, number of sessions, the time that everything is relative to.
with input as (
  select ?::bigint as seed, ?::int as users, ?::int as sessions, ?::timestamptz as at
),
drawn as (
  select
    n, seed, at, sessions,
    -- The first 500 sessions (a tenth at most) belong to user 1, the others to anybody.
    case when n <= least(500, sessions / 10) then 1
         else 1 + floor(users * pg_temp.draw(n, seed, 1))::bigint end as owner,
    -- Log-uniform from one second to three days: as many in 1-10 s as in 10-100 s.
    exp(ln(259200) * pg_temp.draw(n, seed, 2)) as age,
    pg_temp.draw(n, seed, 3) as fate,
    pg_temp.draw(n, seed, 4) as a,
    pg_temp.draw(n, seed, 5) as b,
    pg_temp.draw(n, seed, 6) as c
  from input, generate_series(1::bigint, sessions) as n
)
insert into platform.user_sessions (
  id, token, user_id, ip_address, user_agent,
  created_at, last_activity_at, expires_at, request_count, revoked_at, data)
select
  pg_temp.make_id('s', n, seed),
  encode(sha256(convert_to('token/' || seed || '/' || n, 'UTF8')), 'hex'),
  pg_temp.make_id('u', owner, seed),
  case
    when n % 97 = 0 then null
    when n % 11 = 0 then ('2001:db8::' || to_hex((n % 65536)::int))::inet
    when n % 503 = 0 then ('10.1.' || n % 256 || '.7/24')::inet
    else ('10.' || n % 200 || '.' || floor(256 * b)::int || '.' || floor(256 * c)::int)::inet
  end,
  case when n % 89 = 0 then null
    else 'Mozilla/5.0 (' || (array['X11; Linux x86_64', 'Windows NT 10.0; Win64; x64',
           'Macintosh; Intel Mac OS X 14_7', 'iPhone; CPU iPhone OS 18_1'])[1 + (n % 4)::int]
         || ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1' || floor(10 + 40 * b)::int
         || '.0.0.0 Safari/537.36' end,
  at - (age + 60 + c * 600000) * interval '1 second',
  at - age * interval '1 second',
  case
    -- 10 % have expired since their last activity, 1 % do so in the next ten minutes.
    when fate < 0.10 then at - age * a * interval '1 second'
    when fate < 0.11 then at + (10 + 590 * a) * interval '1 second'
    else at + (3600 + 1200000 * a) * interval '1 second'
  end,
  -- A few beyond 2^53, where a reader that takes numbers for doubles goes wrong.
  case when n % 1000 = 7 then 9007199254740993 else 1 + floor(exp(9 * b))::bigint end,
  case when fate >= 0.95 then at - age * a * interval '1 second' end,
  jsonb_build_object(
    'locale', (array['en-GB', 'de-DE', 'fr-FR', 'pt-BR', 'ja-JP'])[1 + (n % 5)::int],
    'csrf', md5('csrf/' || seed || '/' || n),
    'mfa', n % 3 = 0,
    'cart', jsonb_build_object('items', n % 7, 'total', round((b * 300)::numeric, 2)),
    'features', jsonb_build_array('search-v2', 'cohort-' || n % 20),
    'city', case when n % 13 <> 0
      then (array['Zürich', '東京', 'São Paulo', 'Oslo'])[1 + (n % 4)::int] end,
    'last_path', '/accounts/' || owner || '/orders/' || n)
from drawn
