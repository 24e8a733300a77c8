-- For wrk: every request is the PUT of a report that does not exist yet.
--
--   wrk … -s new_report.lua URL -- CREDENTIALS FIRST THREADS DAYS [NAMED [AGAIN]]
--
-- CREDENTIALS has one line "advisor_id token" per advisor; DAYS days from 2020-01-01 on may be reported. Reports are
-- numbered: all advisors on the first day, then all on the second. Thread n of THREADS takes FIRST + n,
-- FIRST + n + THREADS, …, so that threads, and rounds with rising FIRST, never meet. NAMED is what each intervention says
-- beside: fields of JSON, each followed by a comma. With AGAIN, whoever passes requests on may send one twice, and each answer is
-- looked at: the second is 200, where the report of the first is there.

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
made, others, exhausted = 0, 0, 0
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
  if args[6] then
    response = count_others
  end
end

function count_others(status)
  if status ~= 201 then
    others = others + 1
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

-- One line of JSON, for stand.py. wrk counts the answers, and those above 399, by itself. Where there is a response(), it makes a
-- table of the headers of each answer, which is a quarter of what wrk takes from the cores that the server needs. Without AGAIN an
-- answer of 200 would show as a row too few.
function done(summary, latency)
  local errors = summary.errors
  local exhausted, most, looked_at = 0, 0, 0
  for _, thread in ipairs(all_threads) do
    exhausted = exhausted + thread:get("exhausted")
    most = math.max(most, thread:get("made"))
    looked_at = looked_at + thread:get("others")
  end
  local not_made = math.max(errors.status, looked_at)
  print(string.format(
    '{"acknowledged": %d, "others": %d, "exhausted_threads": %d, "socket_errors": %d, "most_by_a_thread": %d, "seconds": %.6f, '
      .. '"p50_ms": %.3f, "p99_ms": %.3f, "p999_ms": %.3f}',
    summary.requests - not_made, not_made, exhausted, errors.connect + errors.read + errors.write + errors.timeout,
    most, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3))
end
