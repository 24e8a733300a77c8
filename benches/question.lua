-- For wrk: the same question again and again, by one person after the other, since each makes only so many large reads at
-- once.
--
--   wrk … -s question.lua URL -- PATH CREDENTIALS
--
-- CREDENTIALS has one line "account_id token" per person.

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

-- One line of JSON, for stand.py; answers are counted by wrk itself, as in new_report.lua.
function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"answered": %d, "others": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f}',
    summary.requests - errors.status, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
