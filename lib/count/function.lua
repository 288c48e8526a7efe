#!lua name=postseal_1
-- SPDX-License-Identifier: Apache-2.0
-- Counting in Redis: what lib/count/counter_memory.c does in memory. One call judges many requests, one after the
-- other; all keys of a call lie in one slot. Times are ticks of 250 ns since 2020, by the server's clock. A value is
-- the tick when its key's time is up; the key goes then.
local EPOCH, SECOND = 1577836800, 4000000
local MILLISECOND, DAY = SECOND / 1000, 86400 * SECOND
local RAMP_KEPT = 90 * DAY
local TENTHS = {[0] = '0', '1', '2', '3', '4', '5', '6', '7', '8'}
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

-- A key stays a sixteenth of its window longer than it has to, or two: so most changes are a sum, which leaves its end as
-- it is. Whole numbers as %d: Lua's own way to write them costs as much as all the rest.
local function keep(known, before, steps, now)
	local call, format, floor = redis.call, string.format, math.floor
	for key, step in pairs(steps) do
		local value, old = known[key], before[key]
		local part = floor(value / step)
		if value <= now then
			call('DEL', key)
		elseif old and value > old and part == floor(old / step) then
			call('INCRBY', key, format('%d', value - old))
		elseif value ~= old then
			call('SET', key, format('%d', value), 'PX', format('%d', ((part + 2) * step - now) / MILLISECOND))
		end
	end
end

-- The blob: of each request how many it asks, then of each ask its flags, cost and window; with RAMP the units, burst,
-- first and days, too. The answer: of each ask R, refused, or how many tenths of its window are used: 0 to 9.
local function spend(keys, args)
	local take, floor = struct.unpack, math.floor
	local blob, at, k, n_answer = args[1], 1, 0, 0
	local now, size = clock(), #blob
	local values, known, before, steps, answer = redis.call('MGET', unpack(keys)), {}, {}, {}, {}
	local set, to, step = {}, {}, {}
	for i = 1, #keys do
		local value = values[i] and tonumber(values[i])
		known[keys[i]], before[keys[i]] = value or 0, value
	end
	while at <= size do
		local asks, fits, n_set = 0, true, 0
		asks, at = take('B', blob, at)
		for _ = 1, asks do
			local flags, cost, window, other, other_value, other_step
			flags, cost, window, at = take('<Bdd', blob, at)
			k = k + 1
			local key = keys[k]
			if flags >= MEMBER then
				k = k + 1
				other = keys[k]
				other_value = known[other]
				if flags >= RAMP then
					local n, burst, first, days
					n, burst, first, days, at = take('<dddd', blob, at)
					cost, other_value = ramp_cost(now, other_value, n, burst, window, first, days)
					other_step = DAY
				elseif other_value > now then
					cost = 0
				else
					other_value, other_step = now + window, window / 16
				end
			end
			local used = known[key] - now
			used = (used > 0 and used or 0) + cost
			n_answer = n_answer + 1
			if cost > 0 and used > window then
				answer[n_answer] = 'R'
				fits = fits and flags % 2 == WATCHED
			else
				used = used > 0 and used or 0
				answer[n_answer] = TENTHS[floor(used * 10 / window)] or '9'
				n_set = n_set + 1
				set[n_set], to[n_set], step[n_set] = key, now + used, window / 16
				if other_step then
					n_set = n_set + 1
					set[n_set], to[n_set], step[n_set] = other, other_value, other_step
				end
			end
		end
		for i = 1, fits and n_set or 0 do
			known[set[i]], steps[set[i]] = to[i], step[i]
		end
	end
	keep(known, before, steps, now)
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
