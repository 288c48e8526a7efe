#!lua name=postseal_1
-- SPDX-License-Identifier: Apache-2.0
-- Counting in Redis: what lib/count/counter_memory.c does in memory. One call judges many requests, one after the
-- other; all keys of a call lie in one slot. Times are ticks of 250 ns since 2020, by the server's clock. A value is
-- the tick when its key's time is up; the key goes then.
local EPOCH, SECOND = 1577836800, 4000000
local DAY = 86400 * SECOND
local RAMP_KEPT = 90 * DAY
local WATCHED, MEMBER, RAMP = 1, 2, 4

local function clock()
	local time = redis.call('TIME')
	return (time[1] - EPOCH) * SECOND + time[2] * 4
end

-- A new key has `first` of its burst, steadily more until `days` are over. Its other value says since when.
local function ramp_cost(now, other, n, burst, window, first, days)
	local whole = days * DAY
	local age = math.min(other > now and now - other + RAMP_KEPT or 0, whole)
	local units = math.max(1, first >= burst and burst or first + math.floor((burst - first) * (age / whole)))
	return n > units and window + 1 or n * math.floor(window / units), now - age + RAMP_KEPT
end

-- The blob: of each request how many it asks, then of each ask its flags, cost and window; with RAMP the units, burst,
-- first and days, too. The answer: of each ask R, refused, or how many tenths of its window are used: 0 to 9.
local function spend(keys, args)
	local blob, at, k = args[1], 1, 1
	local now = clock()
	local values, known, changed, answer = redis.call('MGET', unpack(keys)), {}, {}, {}
	local set, to = {}, {}
	for i = 1, #keys do
		known[keys[i]] = tonumber(values[i]) or 0
	end
	while at <= #blob do
		local asks, fits, n_set = 0, true, 0
		asks, at = struct.unpack('B', blob, at)
		for _ = 1, asks do
			local flags, cost, window
			flags, cost, window, at = struct.unpack('<Bdd', blob, at)
			local key, other, other_value = keys[k], nil, 0
			k = k + 1
			if flags >= MEMBER then
				other = keys[k]
				k = k + 1
				other_value = known[other]
				if flags >= RAMP then
					local n, burst, first, days
					n, burst, first, days, at = struct.unpack('<dddd', blob, at)
					cost, other_value = ramp_cost(now, other_value, n, burst, window, first, days)
				elseif other_value > now then
					cost = 0
				else
					other_value = now + window
				end
			end
			local value = math.max(math.max(known[key], now) + cost, now)
			if cost > 0 and value - now > window then
				answer[#answer + 1] = 'R'
				fits = fits and flags % 2 == WATCHED
			else
				answer[#answer + 1] = math.min(math.floor((value - now) * 10 / window), 9)
				n_set = n_set + 1
				set[n_set], to[n_set] = key, value
				if other then
					n_set = n_set + 1
					set[n_set], to[n_set] = other, other_value
				end
			end
		end
		for i = 1, fits and n_set or 0 do
			known[set[i]] = to[i]
			changed[set[i]] = true
		end
	end
	for key in pairs(changed) do
		local left = known[key] - now
		if left > 0 then
			redis.call('SET', key, known[key], 'PX', math.ceil(left / 4000))
		else
			redis.call('DEL', key)
		end
	end
	return table.concat(answer)
end

-- The ticks until each key's time is up; 0: it is not known.
local function look(keys)
	local now, values = clock(), redis.call('MGET', unpack(keys))
	for i = 1, #keys do
		values[i] = math.max((tonumber(values[i]) or 0) - now, 0)
	end
	return values
end

redis.register_function('postseal_1_spend', spend)
redis.register_function{function_name = 'postseal_1_look', callback = look, flags = {'no-writes'}}
