-- wrk: POST the body named in BENCH_BODY with the headers in BENCH_HEADERS (lines "Name: value"); prints one JSON object.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
for name, value in string.gmatch(os.getenv("BENCH_HEADERS") or "", "([^:\n]+): ([^\n]+)") do
  wrk.headers[name] = value
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.3f,"broken":%d,"not_200":%d,"bytes":%d,"latency":{"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"max_us":%.1f}}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.timeout, e.status, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end
