-- Requests are made before the clock runs: making one by one would cost wrk more than sending it.
local requests = {}
local at = 0
local count = 20000

init = function(args)
  local contexts, key = tonumber(args[1]), args[2]
  wrk.headers["Authorization"] = "Bearer " .. key
  math.randomseed(1)
  for i = 1, count do
    local context = "context-" .. math.random(0, contexts - 1)
    local visitor = "visitor-" .. math.random(1, 1000000)
    requests[i] = wrk.format("GET", "/v1/contexts/" .. context .. "/slate?size=3&visitor=" .. visitor)
  end
end

request = function()
  at = at % count + 1
  return requests[at]
end
