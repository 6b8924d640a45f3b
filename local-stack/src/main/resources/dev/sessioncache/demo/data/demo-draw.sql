-- A number in [0, 1) that depends on nothing but its arguments: row, seed, and which draw of the row.
create or replace function pg_temp.draw(n bigint, seed bigint, which int) returns float8
language sql immutable parallel safe
return (hashint8extended(n * 64 + which, seed) & 281474976710655) / 281474976710656::float8;

-- An id of the given kind ('u' user, 's' session) that depends on nothing but its arguments.
create or replace function pg_temp.make_id(kind text, n bigint, seed bigint) returns uuid
language sql immutable parallel safe
return md5(kind || '/' || seed || '/' || n)::uuid;
