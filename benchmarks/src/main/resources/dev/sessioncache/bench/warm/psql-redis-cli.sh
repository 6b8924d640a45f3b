# psql | redis-cli --pipe, as somebody does it who knows both well: the commands are made in Postgres. $1 the variant, $2 how many sessions.
set -eu

rows="from platform.user_sessions s join platform.users u on u.id = s.user_id
      where s.expires_at > now() and s.last_activity_at > now() - interval '24 hours' and s.revoked_at is null and u.status = 'active'"
newest="order by s.last_activity_at desc limit $2"
document="json_build_object('id', s.id, 'user_id', s.user_id, 'ip_address', host(s.ip_address), 'user_agent', s.user_agent,
  'created_at', s.created_at, 'last_activity_at', s.last_activity_at, 'expires_at', s.expires_at, 'request_count', s.request_count,
  'data', s.data, 'user', json_build_object('email', u.email, 'display_name', u.display_name, 'role', u.role))::text"
inner="select 'session:' || s.token as k, $document as v $rows"

# A command in the protocol of Redis, which looks at the carriage return alone: the byte after it may be any. COPY would quote a carriage
# return, so tr makes it; COPY's own line feed ends the command.
resp="'*5' || chr(30) || '.\$3' || chr(30) || '.SET' || chr(30) || '.\$' || octet_length(k) || chr(30) || '.' || k || chr(30)
  || '.\$' || octet_length(v) || chr(30) || '.' || v || chr(30) || '.\$2' || chr(30) || '.PX' || chr(30) || '.\$6' || chr(30) || '.300000' || chr(30)"

# Without TERM's colours, and without the line that it prints of its replies unless something was refused.
to_redis() {
  redis-cli -p "$REDIS_PORT" --pipe | grep -q '^errors: 0,' || { echo 'Redis refused something' >&2; exit 1; }
}

copied() {
  psql -qX -v ON_ERROR_STOP=1 -c "copy ($1) to stdout (format csv, quote E'\\x08', delimiter E'\\x1f')"
}

case $1 in
  copy) copied "select $resp from ($inner $newest) d" | tr '\036' '\r' | to_redis ;;
  copy-unsorted) copied "select $resp from ($inner) d" | tr '\036' '\r' | to_redis ;;
  copy-two) # one for each core; half of the sessions each
    copied "select $resp from ($inner and hashtext(s.token) % 2 = 0 $newest) d" | tr '\036' '\r' | to_redis &
    copied "select $resp from ($inner and hashtext(s.token) % 2 <> 0 $newest) d" | tr '\036' '\r' | to_redis
    wait $! ;;
  inline) # a command a line, quoted as redis-cli quotes
    copied "select 'SET ' || k || ' ''' || replace(v, '''', '\\''') || ''' PX 300000' from ($inner $newest) d" | to_redis ;;
  select) # psql's own output, rows ended by nothing
    psql -qAtX -v ON_ERROR_STOP=1 -v FETCH_COUNT=10000 -R '' -c "select replace(replace($resp, chr(30) || '.', E'\\r\\n'), chr(30), E'\\r\\n')
      from ($inner $newest) d" | to_redis ;;
  *) echo "no variant $1" >&2; exit 2 ;;
esac
