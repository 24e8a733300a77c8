-- For wrk: writes of reports at a rate, in turn of the next day and of one of the last four weeks, so that reports are
-- made and changed all the time.
--
--   wrk … -s soak.lua URL -- CREDENTIALS FIRST THREADS DAYS RATE
--
-- CREDENTIALS has one line "advisor_id token" per advisor; DAYS days from 2020-01-01 on may be reported. Thread n of
-- THREADS sends the writes FIRST + n, FIRST + n + THREADS, …, so that threads, and rounds with rising FIRST, never send
-- the same. RATE is writes a second of all threads; 0: as many as the server takes.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } instant; int clock_gettime(int clock, instant *now);")
local MONOTONIC = 1

local SECONDS_A_DAY = 86400
local FIRST_DAY = 1577836800 -- 2020-01-01
-- The days that are changed again and again: of each advisor, one in as many writes.
local CHANGED_DAYS = 28

local BODY = [[{"interventions":[{"kind":"workshop","participants":%03d,"recurring_participants":4,"duration_minutes":90,]]
  .. [["setting":"partner_site","principle":"complement_offer","commune_code":"72181","place_name":"Médiathèque",]]
  .. [["themes":["internet","email"],"age_groups":{"60_69":2,"70_plus":6},"genders":{"female":7,"male":2},]]
  .. [["situations":{"retired":8},"follow_ups":{"individual":1,"redirected":1},"redirected_to":["france_services"],]]
  .. [["note":"Messagerie et pièces jointes"}]}]]

-- In wrk's main state: the threads, which done() asks for their counts.
local all_threads = {}

function setup(thread)
  thread:set("number", #all_threads)
  table.insert(all_threads, thread)
end

-- In each thread. Globals, because thread:get() sees no locals.
made, acknowledged, others = 0, 0, 0
local advisors, dates, first, threads, pause, due = {}, {}, 0, 1, 0, nil
local instant = ffi.new("instant")

local function now()
  ffi.C.clock_gettime(MONOTONIC, instant)
  return tonumber(instant.seconds) * 1000 + tonumber(instant.nanoseconds) / 1e6
end

function init(args)
  first, threads = tonumber(args[2]), tonumber(args[3])
  local rate = tonumber(args[5])
  pause = rate > 0 and 1000 * threads / rate or 0
  for line in io.lines(args[1]) do
    local id, token = line:match("^(%S+) (%S+)$")
    table.insert(advisors, {
      head = "PUT /v1/advisors/" .. id .. "/reports/",
      tail = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAuthorization: Bearer " .. token
        .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #BODY:format(0) .. "\r\n\r\n",
    })
  end
  for day = 0, tonumber(args[4]) - 1 do
    dates[day] = os.date("!%Y-%m-%d", FIRST_DAY + day * SECONDS_A_DAY)
  end
end

-- Milliseconds until the next write is due. What a thread missed it does not make up for.
function delay()
  if pause == 0 then
    return 0
  end
  local time = now()
  due = math.max((due or time) + pause, time - pause)
  return math.max(0, math.floor(due - time))
end

function request()
  local index = first + made * threads + number
  made = made + 1
  local changes = index % 2 == 1
  local turn = math.floor(index / 2)
  local advisor = advisors[turn % #advisors + 1]
  turn = math.floor(turn / #advisors)
  local day, times
  if changes then
    day, times = #dates - turn % CHANGED_DAYS, math.floor(turn / CHANGED_DAYS)
  else
    local days = #dates - CHANGED_DAYS
    day, times = turn % days, math.floor(turn / days)
  end
  return advisor.head .. dates[day] .. advisor.tail .. BODY:format(100 + times % 800)
end

function response(status, _, body)
  if status == 200 or status == 201 then
    acknowledged = acknowledged + 1
  else
    if others == 0 then
      io.stderr:write("first answer that is neither 200 nor 201: ", status, " ", body, "\n")
    end
    others = others + 1
  end
end

-- One line of JSON, for soak.py.
function done(summary, latency)
  local sum = { acknowledged = 0, others = 0 }
  local most = 0
  for _, thread in ipairs(all_threads) do
    for name, value in pairs(sum) do
      sum[name] = value + thread:get(name)
    end
    most = math.max(most, thread:get("made"))
  end
  local errors = summary.errors
  print(string.format(
    '{"acknowledged":%d,"others":%d,"most_by_a_thread":%d,"seconds":%.3f,"socket_errors":%d,"p50_ms":%.2f,"p99_ms":%.2f}',
    sum.acknowledged, sum.others, most, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
