-- For wrk: the same question again and again, by one person after the other, since each makes only so many large reads at
-- once.
--
--   wrk … -s question.lua URL -- PATH CREDENTIALS
--
-- CREDENTIALS has one line "account_id token" per person.

local all_threads = {}

function setup(thread)
  table.insert(all_threads, thread)
end

-- In each thread. Globals, because thread:get() sees no locals.
answered, others = 0, 0
local requests, asked = {}, 0

function init(args)
  for line in io.lines(args[2]) do
    local headers = { Authorization = "Bearer " .. line:match("^%S+ (%S+)$") }
    table.insert(requests, wrk.format("GET", args[1], headers))
  end
end

function request()
  asked = asked + 1
  return requests[asked % #requests + 1]
end

function response(status)
  if status == 200 then
    answered = answered + 1
  else
    others = others + 1
  end
end

-- One line of JSON, for stand.py.
function done(summary, latency)
  local good, bad = 0, 0
  for _, thread in ipairs(all_threads) do
    good = good + thread:get("answered")
    bad = bad + thread:get("others")
  end
  local errors = summary.errors
  print(string.format('{"answered": %d, "others": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f}',
    good, bad + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
