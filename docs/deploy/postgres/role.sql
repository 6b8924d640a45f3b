-- The two roles of the session cache warmer, for the default settings. Run it once, as the owner of the tables or a
-- superuser, in the database that holds them; then give each role its password with \password, or a certificate.

-- Reads every change: stream, doctor, lanes.
CREATE ROLE session_cache_stream LOGIN REPLICATION;
-- Reads sessions and users: warm, estimate, verify, validate, replay --from changes, applications with SessionCache.
CREATE ROLE session_cache_reader LOGIN;

DO $$ BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO session_cache_stream, session_cache_reader', current_database());
END $$;

GRANT USAGE ON SCHEMA platform TO session_cache_stream, session_cache_reader;

-- Of the columns that the settings name, the primary keys, and xmin, by which a row's version is known. Others, as a
-- password hash, can't be read.
GRANT SELECT (id, token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at, request_count,
              revoked_at, data, xmin)
  ON platform.user_sessions TO session_cache_stream, session_cache_reader;
GRANT SELECT (id, email, display_name, role, status, xmin)
  ON platform.users TO session_cache_stream, session_cache_reader;

-- With the same columns: others are not even sent. Postgres 15 or newer; before that, run CREATE PUBLICATION alone and
-- without the lists. A list has to cover the table's REPLICA IDENTITY, and FULL goes with no list: Postgres would refuse
-- every UPDATE and DELETE of the application. So then nothing is created.
DO $$
DECLARE uncovered text;
BEGIN
  CREATE PUBLICATION session_cache_warmer FOR TABLE
    platform.user_sessions (id, token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,
                            request_count, revoked_at, data),
    platform.users (id, email, display_name, role, status);

  WITH RECURSIVE tree(root, oid) AS (
    SELECT prrelid, prrelid::oid FROM pg_publication_rel
      WHERE prpubid = (SELECT oid FROM pg_publication WHERE pubname = 'session_cache_warmer')
    UNION ALL
    SELECT root, inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
  )
  SELECT string_agg(DISTINCT c.oid::regclass::text, ', ') INTO uncovered
  FROM tree
  JOIN pg_publication_rel r ON r.prrelid = tree.root AND r.prattrs IS NOT NULL
  JOIN pg_class c ON c.oid = tree.oid AND c.relkind = 'r'
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                                     WHEN 'i' THEN i.indisreplident ELSE false END
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
  WHERE r.prpubid = (SELECT oid FROM pg_publication WHERE pubname = 'session_cache_warmer')
    AND (c.relreplident = 'f' OR a.attname NOT IN (
      SELECT attname FROM pg_attribute WHERE attrelid = tree.root AND attnum = ANY (r.prattrs::int2[])));
  IF uncovered IS NOT NULL THEN
    RAISE EXCEPTION 'the REPLICA IDENTITY of % has columns that the publication would not list: Postgres would refuse '
      'every UPDATE and DELETE there. Leave the lists out of CREATE PUBLICATION, or set REPLICA IDENTITY DEFAULT, or '
      'USING INDEX on listed columns', uncovered;
  END IF;
END $$;
