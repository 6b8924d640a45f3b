-- The guard: writes or removes a value when its position is newer than the one stored beside it.
-- The rule and its model in Java: dev.sessioncache.guard.Acceptance. Runs on Redis 6.2 and later.
--
-- KEYS[1]  the value
-- KEYS[2]  the guard: the position of the last accepted write; outlives the value as a tombstone
-- ARGV[1]  incoming position
-- ARGV[2]  the value; empty to remove it
-- ARGV[3]  time to live of the value, ms; ignored for a removal
-- ARGV[4]  time to live of the guard, ms
-- ARGV[5]  moment of this server's clock, ms, after which the write is too late; 0 for never
--
-- Returns  2 value written, 1 value removed, 0 older than what is stored, -1 too late,
--          -2 no memory for the value: the stream takes away what is there, for it is outdated now;
--             a snapshot writer leaves everything as it was.

-- Transaction ids are 32 bits that wrap around; doubles hold them exactly.
local function before(a, b)
  return a ~= b and (b - a) % 4294967296 <= 2147483648
end

local function id(text, first)
  return tonumber(string.sub(text, first, first + 7), 16)
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

if ARGV[5] ~= '0' then
  local now = redis.call('TIME')
  if now[1] * 1000 + now[2] / 1000 > tonumber(ARGV[5]) then return -1 end
end

local stored = redis.call('GET', KEYS[2])
if stored and not accepts(stored, ARGV[1]) then return 0 end

local result = 1
if ARGV[2] ~= '' then
  local written = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  if written.ok then
    result = 2
  else
    if string.byte(ARGV[1]) ~= 115 then return -2 end
    result = -2
  end
end
-- At maxmemory Redis refuses a SET unless the script has already written: so DEL comes first.
if result ~= 2 then redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[4])
return result
