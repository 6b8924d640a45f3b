-- The generation of a Redis Cluster, at the key that decides: made by whoever comes first, who
-- then puts it in all slots, and says here when that is done. A text is a number that rises, a
-- hyphen and a random part; while it is being put in the slots ' spreading' stands behind it.
--
-- KEYS[1]  the generation
-- ARGV[1]  random part of a new one
-- ARGV[2]  a generation that has to be replaced, or nothing
-- ARGV[3]  a generation that a new one has to be higher than, or nothing
-- ARGV[4]  ms after which nobody waits for its maker any more
--
-- Returns the text and what is to be done: 'enter' it, 'wait' for its maker, or 'spread' it.

local function number(text) return tonumber(string.match(text or '', '^(%d+)%-%x+')) or 0 end

local stored = redis.call('GET', KEYS[1])
local text = stored and string.match(stored, '^%d+%-%x+')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if text and text ~= ARGV[2] then
  if stored == text then return {text, 'enter'} end
  if now - number(text) < tonumber(ARGV[4]) then return {text, 'wait'} end
end
local new = math.max(now, number(stored) + 1, number(ARGV[3]) + 1)
text = string.format('%013.0f-%s', new, ARGV[1])
redis.call('DEL', KEYS[1]) -- lets the SET pass when Redis is full
redis.call('SET', KEYS[1], text .. ' spreading')
return {text, 'spread'}
