#!lua name=postseal_1
-- SPDX-License-Identifier: Apache-2.0
-- Counting in Redis: what lib/count/counter_memory.c does in memory. One call judges many requests, one after the
-- other; all keys of a call lie in one slot. Times are ticks of 250 ns since 2020, by the server's clock. A value is
-- the tick when its key's time is up; the key goes then.
local EPOCH, SECOND = 1577836800, 4000000
local MILLISECOND, DAY = SECOND / 1000, 86400 * SECOND
local START_KEPT = 90 * DAY
local TENTHS = {[0] = '0', '1', '2', '3', '4', '5', '6', '7', '8'}
local START, MEMBER = 2, 4

local function clock()
	local time = redis.call('TIME')
	return (time[1] - EPOCH) * SECOND + time[2] * 4
end

-- How old a key is, and until when to remember since when it is known: one that is new no more is moved along.
local function age_of(now, known_until, whole)
	local age = math.min(known_until > now and now - known_until + START_KEPT or 0, whole)
	return age, now - age + START_KEPT
end

-- A new key has `first` of its burst, steadily more until its `whole` time is over; with none at first it spends nothing.
local function cost_of_new(cost, n, burst, window, first, age, whole)
	if age >= whole or first >= burst then
		return cost
	elseif first == 0 then
		return 0
	end
	local units = math.max(1, first + math.floor((burst - first) * (age / whole)))
	return n > units and window + 1 or n * math.floor(window / units)
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

-- The blob: of each request how many it asks, then of each ask its flags, cost and window; of each of its members how long
-- to remember it; with START the units, burst, first and days. The answer: of each ask R, refused, or how many tenths of its
-- window are used: 0 to 9.
local function spend(keys, args)
	local take, floor = struct.unpack, math.floor
	local blob, at, k, n_answer = args[1], 1, 0, 0
	local now, size = clock(), #blob
	local values, known, before, steps, answer = redis.call('MGET', unpack(keys)), {}, {}, {}, {}
	local set, to, step, n_set = {}, {}, {}, 0
	for i = 1, #keys do
		local value = values[i] and tonumber(values[i])
		known[keys[i]], before[keys[i]] = value or 0, value
	end
	local function plan(key, value, each)
		n_set = n_set + 1
		set[n_set], to[n_set], step[n_set] = key, value, each
	end
	local function members(n, cost)
		local unknown = 0
		for _ = 1, n do
			local keep
			keep, at = take('<d', blob, at)
			k = k + 1
			if known[keys[k]] <= now then
				unknown = unknown + 1
				plan(keys[k], now + keep, keep / 16)
			end
		end
		return unknown * cost
	end
	local function start(cost, window)
		local n, burst, first, days, age, known_until
		n, burst, first, days, at = take('<dddd', blob, at)
		k = k + 1
		age, known_until = age_of(now, known[keys[k]], days * DAY)
		plan(keys[k], known_until, DAY)
		return cost_of_new(cost, n, burst, window, first, age, days * DAY)
	end
	while at <= size do
		local asks, fits = 0, true
		n_set = 0
		asks, at = take('B', blob, at)
		for _ = 1, asks do
			local flags, cost, window
			flags, cost, window, at = take('<Bdd', blob, at)
			k = k + 1
			local key, planned = keys[k], n_set
			if flags >= MEMBER then
				cost = members(floor(flags / MEMBER), cost)
			end
			if flags % MEMBER >= START then
				cost = start(cost, window)
			end
			local used = known[key] - now
			used = (used > 0 and used or 0) + cost
			n_answer = n_answer + 1
			if cost > 0 and used > window then
				answer[n_answer] = 'R'
				fits = fits and flags % 2 == 1
				n_set = planned
			else
				used = used > 0 and used or 0
				answer[n_answer] = TENTHS[floor(used * 10 / window)] or '9'
				plan(key, now + used, window / 16)
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
