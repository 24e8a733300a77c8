-- For wrk: every request is the PUT of a report that does not exist yet.
--
--   wrk … -s new_report.lua URL -- CREDENTIALS FIRST THREADS DAYS [NAMED]
--
-- CREDENTIALS has one line "advisor_id token" per advisor; DAYS days from 2020-01-01 on may be reported. Reports are
-- numbered: all advisors on the first day, then all on the second. Thread n of THREADS takes FIRST + n,
-- FIRST + n + THREADS, …, so that threads, and rounds with rising FIRST, never meet. NAMED is what each intervention says
-- beside: fields of JSON, each followed by a comma.

local SECONDS_A_DAY = 86400
local FIRST_DAY = 1577836800 -- 2020-01-01

local BODY = [[{"interventions":[{"kind":"workshop","participants":9,"recurring_participants":4,"duration_minutes":90,]]
  .. [["setting":"partner_site","principle":"complement_offer","commune_code":"72181","place_name":"Médiathèque",]]
  .. [["themes":["internet","email"],"age_groups":{"60_69":2,"70_plus":6},"genders":{"female":7,"male":2},]]
  .. [["situations":{"retired":8},"follow_ups":{"individual":1,"redirected":1},"redirected_to":["france_services"],]]
  .. [["referred_by_social_worker":true,"first_visit_accompanied":true,"note":"Messagerie et pièces jointes"}]}]]

-- In wrk's main state: the threads, which done() asks for what they made.
local all_threads = {}

function setup(thread)
  thread:set("number", #all_threads)
  table.insert(all_threads, thread)
end

-- In each thread. Globals, because thread:get() sees no locals.
made, exhausted = 0, 0
local advisors, dates, first, threads = {}, {}, 0, 1

function init(args)
  first, threads = tonumber(args[2]), tonumber(args[3])
  local body = BODY:gsub('"kind"', (args[5] or "") .. '"kind"')
  for line in io.lines(args[1]) do
    local id, token = line:match("^(%S+) (%S+)$")
    -- Requests are made ready here but for the date: later Lua takes time on the cores that the server needs.
    table.insert(advisors, {
      head = "PUT /v1/advisors/" .. id .. "/reports/",
      tail = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAuthorization: Bearer " .. token
        .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body,
    })
  end
  for day = 0, tonumber(args[4]) - 1 do
    dates[day] = os.date("!%Y-%m-%d", FIRST_DAY + day * SECONDS_A_DAY)
  end
end

function request()
  local index = first + made * threads + number
  local advisor = advisors[index % #advisors + 1]
  local date = dates[math.floor(index / #advisors)]
  if not date then
    -- No date is left, and no report is put twice: the thread stops, and done() tells.
    exhausted = 1
    wrk.thread:stop()
    return "GET /healthz HTTP/1.1\r\nHost: " .. wrk.host .. "\r\n\r\n"
  end
  made = made + 1
  return advisor.head .. date .. advisor.tail
end

-- One line of JSON, for stand.py. wrk itself counts the answers, and those above 399: a response() in Lua, for which wrk makes a
-- table of the headers each time, takes a quarter of the time that wrk takes from the cores. The rows tell whether all were 201.
function done(summary, latency)
  local exhausted, most = 0, 0
  for _, thread in ipairs(all_threads) do
    exhausted = exhausted + thread:get("exhausted")
    most = math.max(most, thread:get("made"))
  end
  local errors = summary.errors
  print(string.format(
    '{"acknowledged": %d, "others": %d, "exhausted_threads": %d, "socket_errors": %d, "most_by_a_thread": %d, "seconds": %.6f, '
      .. '"p50_ms": %.3f, "p99_ms": %.3f, "p999_ms": %.3f}',
    summary.requests - errors.status, errors.status, exhausted, errors.connect + errors.read + errors.write + errors.timeout,
    most, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3))
end
