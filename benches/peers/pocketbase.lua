-- For wrk: every request makes a record of PocketBase that does not exist yet.
--
--   wrk … -s pocketbase.lua URL -- TOKEN FIRST THREADS

local BODY = [["kind":"workshop","participants":9,"recurring_participants":4,"duration_minutes":90,"setting":"partner_site",]]
  .. [["principle":"complement_offer","commune_code":"72181","place_name":"Médiathèque","themes":["internet","email"],]]
  .. [["people":{"age_groups":{"60_69":2,"70_plus":6},"genders":{"female":7,"male":2},"situations":{"retired":8},]]
  .. [["follow_ups":{"individual":1,"redirected":1}},"note":"Messagerie et pièces jointes"}]]

local ADVISORS = 256
local SECONDS_A_DAY = 86400
local FIRST_DAY = 1577836800 -- 2020-01-01
local all_threads = {}

function setup(thread)
  thread:set("number", #all_threads)
  table.insert(all_threads, thread)
end

made = 0 -- a global, because thread:get() sees no locals
local first, threads = 0, 1

function init(args)
  first, threads = tonumber(args[2]), tonumber(args[3])
  wrk.method = "POST"
  wrk.path = "/api/collections/reports/records"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
end

function request()
  local index = first + made * threads + number
  made = made + 1
  local day = os.date("!%Y-%m-%d", FIRST_DAY + math.floor(index / ADVISORS) * SECONDS_A_DAY)
  local body = string.format('{"advisor":"advisor%d","day":"%s",', index % ADVISORS, day) .. BODY
  return wrk.format(nil, nil, nil, body)
end

-- One line of JSON, for stand.py; answers are counted by wrk itself, as in new_report.lua.
function done(summary, latency)
  local most = 0
  for _, thread in ipairs(all_threads) do
    most = math.max(most, thread:get("made"))
  end
  local errors = summary.errors
  print(string.format(
    '{"acknowledged": %d, "others": %d, "most_by_a_thread": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f}',
    summary.requests - errors.status, errors.status + errors.connect + errors.read + errors.write + errors.timeout, most,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
