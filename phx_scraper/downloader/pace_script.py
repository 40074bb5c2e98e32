"""The script by which Redis gives turns: whole or not at all, and by the clock of Redis, which all crawls then share.

A slot has four keys: what is known of it (`last`, `held`, `factor`, `arrivals`), who waits in the order in which they
came, when each of them last asked, and which requests are on the wire, each with the time when it is given up.
Arguments: an operation, then what it needs. Times are whole microseconds.

ask NAME PAUSE LONGEST WIDTH SINCE HOLD IS_NEW    may this request leave? PAUSE is its own, HOLD is left of a
                                                  Retry-After, SINCE (or -1) ago the asker's last one left, and IS_NEW
                                                  where the asker could not ask for a while, and others may have left
    -> whether it has left, else after what time to ask again, and the factor on pauses
over NAME                                         it is answered, or does not want to leave any more
alive NAME...                                     they are on the wire still
tell COMPLAINTS ANSWERS HOLD                      what the source answered
"""

from __future__ import annotations

from phx_scraper.downloader.throttle import NEARLY_ONE, RECOVERY, SLOWER, SLOWEST

SILENT_SECONDS = 3.0
"""After which one that waits and does not ask any more has lost its place."""
WIRE_SECONDS = 15.0
"""After which a request on the wire of which nothing is heard is given up: its process was killed."""
FULL_SECONDS = 0.02
"""After which to ask again where as many as may be are on the wire."""
KEPT_SECONDS = 3600
"""For which a slot is remembered that nobody asks for."""

SCRIPT = f"""
local state, waiting, asked, wire = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function text(number) return string.format('%.0f', number) end
local function known(field, otherwise) return tonumber(redis.call('HGET', state, field)) or otherwise end
local function hold(seconds)
  if seconds > 0 then redis.call('HSET', state, 'held', text(math.max(known('held', 0), now + seconds))) end
end

if ARGV[1] == 'over' then
  redis.call('ZREM', wire, ARGV[2])
  redis.call('ZREM', waiting, ARGV[2])
  redis.call('ZREM', asked, ARGV[2])
  return 0
end

if ARGV[1] == 'alive' then
  for number = 2, #ARGV do
    redis.call('ZADD', wire, 'XX', text(now + {WIRE_SECONDS * 1e6:.0f}), ARGV[number])
  end
  return 0
end

if ARGV[1] == 'tell' then
  local factor = known('factor', 1)
  for _ = 1, tonumber(ARGV[2]) do factor = math.min({SLOWEST}, factor * {SLOWER}) end
  for _ = 1, tonumber(ARGV[3]) do factor = 1 + (factor - 1) * {RECOVERY} end
  if factor <= {NEARLY_ONE} then factor = 1 end
  redis.call('HSET', state, 'factor', tostring(factor))
  hold(tonumber(ARGV[4]))
  return tostring(factor)
end

local name, pause, longest = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local width, since = tonumber(ARGV[5]), tonumber(ARGV[6])

for _, silent in ipairs(redis.call('ZRANGEBYSCORE', asked, '-inf', text(now - {SILENT_SECONDS * 1e6:.0f}))) do
  redis.call('ZREM', waiting, silent)
  redis.call('ZREM', asked, silent)
end
redis.call('ZREMRANGEBYSCORE', wire, '-inf', text(now))

-- Who knows nothing of a slot takes it that a request has just left, and so does who has a clock that went back.
local last = known('last', -1)
if last < 0 or last > now or ARGV[8] == '1' then last = now end
if since >= 0 then last = math.max(last, now - since) end
redis.call('HSET', state, 'last', text(last))
hold(tonumber(ARGV[7]))

if not redis.call('ZSCORE', waiting, name) then
  redis.call('ZADD', waiting, redis.call('HINCRBY', state, 'arrivals', 1), name)
end
redis.call('ZADD', asked, text(now), name)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, {KEPT_SECONDS}) end

local factor = known('factor', 1)
pause = math.min(pause * factor, longest)
if redis.call('ZRANGE', waiting, 0, 0)[1] ~= name then
  return {{0, math.max(pause, {FULL_SECONDS * 1e6:.0f}), tostring(factor)}}
end
local due = math.max(last + pause, known('held', 0))
local is_full = redis.call('ZCARD', wire) >= width
if due > now or is_full then
  return {{0, math.max(due - now, is_full and {FULL_SECONDS * 1e6:.0f} or 1), tostring(factor)}}
end
redis.call('ZREM', waiting, name)
redis.call('ZREM', asked, name)
redis.call('HSET', state, 'last', text(now))
redis.call('ZADD', wire, text(now + {WIRE_SECONDS * 1e6:.0f}), name)
return {{1, 0, tostring(factor)}}
"""
