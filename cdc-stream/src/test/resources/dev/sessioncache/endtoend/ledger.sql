-- What has been committed: a row for each change of a session or user, written by triggers in the
-- transaction of the change. Versions rise along the history of a row: a trigger draws one after it
-- has the row's lock. They are put into the rows, so that a cached document tells its versions.
create schema ledger;
create sequence ledger.version;
create table ledger.changes (
  version    bigint primary key,
  source     text not null, -- sessions, users
  row_id     uuid not null,
  op         text not null, -- insert, update, delete, truncate
  live       boolean not null,
  token      text,
  user_id    uuid,
  document   text,
  xid        xid8 not null default pg_current_xact_id()
);

-- Who makes a row or takes it away is alone with its id until the commit: an insert would otherwise
-- draw its version before a deletion that it comes after.
create function ledger.lock_row(id uuid) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended(id::text, 0))
$$;

create function ledger.lock_deleted() returns trigger language plpgsql as $$
begin
  perform ledger.lock_row(old.id);
  return old;
end $$;

create function ledger.stamp_session() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform ledger.lock_row(new.id);
  end if;
  new.request_count := nextval('ledger.version');
  return new;
end $$;

create function ledger.stamp_user() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform ledger.lock_row(new.id);
  end if;
  new.email := nextval('ledger.version') || '@example.org';
  return new;
end $$;

create function ledger.at_utc(at timestamptz) returns text language sql as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create function ledger.document(s platform.user_sessions) returns text language sql as $$
  select json_build_object(
    'id', s.id, 'user_id', s.user_id, 'ip_address', to_json(s.ip_address),
    'user_agent', s.user_agent, 'created_at', ledger.at_utc(s.created_at),
    'last_activity_at', ledger.at_utc(s.last_activity_at),
    'expires_at', ledger.at_utc(s.expires_at), 'request_count', s.request_count, 'data', s.data)::text
$$;

create function ledger.document(u platform.users) returns text language sql as $$
  select json_build_object('email', u.email, 'display_name', u.display_name, 'role', u.role)::text
$$;

create function ledger.record_session() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into ledger.changes (version, source, row_id, op, live, token, user_id)
    values (nextval('ledger.version'), 'sessions', old.id, 'delete', false, old.token, old.user_id);
  else
    insert into ledger.changes (version, source, row_id, op, live, token, user_id, document)
    values (new.request_count, 'sessions', new.id, lower(tg_op), new.revoked_at is null, new.token,
            new.user_id, ledger.document(new));
  end if;
  return null;
end $$;

create function ledger.record_user() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into ledger.changes (version, source, row_id, op, live)
    values (nextval('ledger.version'), 'users', old.id, 'delete', false);
  else
    insert into ledger.changes (version, source, row_id, op, live, document)
    values (split_part(new.email, '@', 1)::bigint, 'users', new.id, lower(tg_op),
            new.status = 'active', ledger.document(new));
  end if;
  return null;
end $$;

-- Runs with the table locked, so that it sees every row that goes.
create function ledger.record_truncate() returns trigger language plpgsql as $$
begin
  insert into ledger.changes (version, source, row_id, op, live, token, user_id)
  select nextval('ledger.version'), 'sessions', id, 'truncate', false, token, user_id
  from platform.user_sessions;
  return null;
end $$;

create trigger lock before delete on platform.user_sessions
  for each row execute function ledger.lock_deleted();
create trigger lock before delete on platform.users
  for each row execute function ledger.lock_deleted();
create trigger stamp before insert or update on platform.user_sessions
  for each row execute function ledger.stamp_session();
create trigger stamp before insert or update on platform.users
  for each row execute function ledger.stamp_user();
create trigger record after insert or update or delete on platform.user_sessions
  for each row execute function ledger.record_session();
create trigger record after insert or update or delete on platform.users
  for each row execute function ledger.record_user();
create trigger record_truncate before truncate on platform.user_sessions
  for each statement execute function ledger.record_truncate();
