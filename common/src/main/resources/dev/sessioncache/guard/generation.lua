-- The generation of this Redis: made by whoever comes first.
--
-- KEYS[1]  the generation
-- ARGV[1]  a new one, used when there is none
-- ARGV[2]  '1' to replace the one that is there
--
-- Returns the generation that holds from now on.

local stored = redis.call('GET', KEYS[1])
if stored and ARGV[2] ~= '1' then return stored end
redis.call('DEL', KEYS[1]) -- lets the SET pass when Redis is full
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
