-- The copy of a cluster's generation in one slot: only rises.
--
-- KEYS[1]  the copy
-- ARGV[1]  the generation
--
-- Returns what the slot has from now on.

local stored = redis.call('GET', KEYS[1])
if stored and stored > ARGV[1] then return stored end
redis.call('DEL', KEYS[1]) -- lets the SET pass when Redis is full
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
