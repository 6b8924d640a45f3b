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

-- With the same columns: others are not even sent. Postgres 15 or newer; before that, leave the lists out.
CREATE PUBLICATION session_cache_warmer FOR TABLE
  platform.user_sessions (id, token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,
                          request_count, revoked_at, data),
  platform.users (id, email, display_name, role, status);
