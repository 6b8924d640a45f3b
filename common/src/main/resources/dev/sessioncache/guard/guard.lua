-- The guard: writes or removes values whose position is newer than the one stored beside them.
-- The rule and its model in Java: dev.sessioncache.guard.Acceptance. Runs on Redis 6.2 and later.
--
-- KEYS[1]  the generation of this Redis
-- KEYS[2]  the floor: snapshots that do not see the newest baseline are too old, if there is one
-- ARGV[1]  the generation that the writer believes in
-- ARGV[2]  time to live of guards, ms
-- ARGV[3]  moment of this server's clock, ms, after which the writes are too late; 0 for never
-- then for each write, in order; several may be of one key
--   KEYS   the value
--   KEYS   the guard: the position of the last accepted write; outlives the value as a tombstone,
--          and may live anew with a refused write
--   ARGV   position
--   ARGV   the value; empty to remove it
--   ARGV   time to live of the value, ms; ignored for a removal
--
-- Returns an empty list when the generation is another one or gone: then nothing was written.
-- Else for each write:
--          2 value written, 1 value removed, 0 older than what is stored, -1 too late,
--          -2 no memory for the value: the stream takes away what is there, for it is outdated now;
--             a snapshot writer leaves everything as it was.

local call, KEYS, ARGV = redis.call, KEYS, ARGV
local guard_ttl = ARGV[2]

if call('GET', KEYS[1]) ~= ARGV[1] then return {} end

local answers = {}
local writes = (#KEYS - 2) / 2

if ARGV[3] ~= '0' then
  local now = call('TIME')
  if now[1] * 1000 + now[2] / 1000 > tonumber(ARGV[3]) then
    for i = 1, writes do answers[i] = -1 end
    return answers
  end
end

-- At maxmemory Redis refuses a SET unless the script has already written. So we ask before we
-- write: this SET changes nothing, since the key exists.
local full = false
local asked = redis.pcall('SET', KEYS[1], '', 'NX')
if asked and asked.err then
  if not string.find(asked.err, 'OOM', 1, true) then return asked end
  full = true
end

-- Transaction ids are 32 bits that wrap around; doubles hold them exactly.
local function before(a, b)
  return a ~= b and (b - a) % 4294967296 <= 2147483648
end

-- 0 where there is none: no text may raise an error, since that would leave a write half done.
local function id(text, first)
  return tonumber(string.sub(text, first, first + 7), 16) or 0
end

-- Whether the snapshot position p (p:timeline:xmin:xmax:running,...) sees the transaction x.
local function sees(p, x)
  if before(x, id(p, 12)) then return true end
  if not before(x, id(p, 21)) then return false end
  return not string.find(p, string.format('%08X', x), 30, true)
end

-- Whether the snapshot position p sees both transactions of the stream position s
-- (s:timeline:baseline:session lsn:user lsn:session transaction:user transaction).
local function sees_both(p, s)
  return sees(p, id(s, 55)) and sees(p, id(s, 64))
end

local function accepts(stored, incoming)
  -- The usual case, without cutting texts: both are the stream's (a snapshot's p is below q), and
  -- a later text is never an older position. An earlier one may still be an equal position.
  if stored > 'q' and incoming >= stored then return true end
  local stored_timeline, timeline = string.sub(stored, 3, 10), string.sub(incoming, 3, 10)
  if stored_timeline ~= timeline then return timeline > stored_timeline end
  local stored_is_stream = string.byte(stored) == 115
  local is_stream = string.byte(incoming) == 115
  if stored_is_stream and is_stream then
    return string.sub(incoming, 12, 53) >= string.sub(stored, 12, 53)
  end
  if stored_is_stream then return sees_both(incoming, stored) end
  if is_stream then return not sees_both(stored, incoming) end
  if before(id(incoming, 21), id(stored, 21)) then return false end
  for running in string.gmatch(string.sub(incoming, 30), '%x+') do
    if sees(stored, tonumber(running, 16)) then return false end
  end
  return true
end

-- Puts our position in the place of the stored one while it reads that: a command less, and
-- commands are what a call costs. A write that is refused puts it back.
local function write(value, guard, position, document, ttl)
  local stored = call('SET', guard, position, 'PX', guard_ttl, 'GET')
  if stored and not accepts(stored, position) then
    call('SET', guard, stored, 'PX', guard_ttl)
    return 0
  end
  if document == '' then
    call('DEL', value)
    return 1
  end
  call('PSETEX', value, ttl, document)
  return 2
end

local function write_when_full(value, guard, position, document)
  local stored = call('GET', guard)
  if stored and not accepts(stored, position) then return 0 end
  if document ~= '' and string.byte(position) ~= 115 then return -2 end
  call('DEL', value) -- first: it is what lets the SET pass
  call('SET', guard, position, 'PX', guard_ttl)
  return document == '' and 1 or -2
end

if full then write = write_when_full end
local floor = call('GET', KEYS[2])
for i = 1, writes do
  local position = ARGV[3 * i + 1]
  if floor and string.byte(position) ~= 115 and not accepts(floor, position) then
    answers[i] = 0
  else
    answers[i] = write(KEYS[2 * i + 1], KEYS[2 * i + 2], position, ARGV[3 * i + 2], ARGV[3 * i + 3])
  end
end
return answers
