-- wrk sends the images in turn, and prints what it measured as one line of JSON.
-- Arguments: the folder's list of files, then "post", or "get" for a path that names the image.

local requests, position = {}, 0

function init(args)
  local list, method = args[1], args[2]
  for path in io.lines(list) do
    if method == "get" then
      requests[#requests + 1] = wrk.format("GET", "/unsafe/meta/" .. path:match("[^/]+$"))
    else
      local file = assert(io.open(path, "rb"))
      local headers = { ["Content-Type"] = "application/octet-stream" }
      requests[#requests + 1] = wrk.format("POST", "/api/images", headers, file:read("*a"))
      file:close()
    end
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "refused": %d, "broken": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
