-- Says that a generation stands in all slots, unless it has been replaced meanwhile.
--
-- KEYS[1]  the generation
-- ARGV[1]  its text
--
-- Returns 1 when it stands, 0 when it has been replaced.

if redis.call('GET', KEYS[1]) ~= ARGV[1] .. ' spreading' then return 0 end
redis.call('DEL', KEYS[1]) -- lets the SET pass when Redis is full
redis.call('SET', KEYS[1], ARGV[1])
return 1
