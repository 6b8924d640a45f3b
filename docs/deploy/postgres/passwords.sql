-- Gives the roles of role.sql their passwords, in a new container; psql takes them from its environment.
\getenv stream STREAM_DATABASE_PASSWORD
\getenv reader READER_DATABASE_PASSWORD
ALTER ROLE session_cache_stream PASSWORD :'stream';
ALTER ROLE session_cache_reader PASSWORD :'reader';
