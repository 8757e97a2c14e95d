-- What a REST call must be before anything else looks at it, and what every answer to one says of itself.
-- Native gRPC calls pass by. A refusal is only a status and a sentence here; replies.py makes the error of it.
-- ROUTES, put before this text, is a tree of path segments, "*" for any one; at the end of a path, `verbs` says what each
-- method takes: "json", "multipart", "form", "oauth" (a form of OAuth2, whose errors are its own), "any", "live" (a WebSocket), "stream" (an answer without end) or "page".
-- LENIENT, likewise, has by path the parameters that are passed on from a query of OAuth2.

local OAUTH = "oauth"

local function refuse(handle, status, text, headers)
  local answer = headers or {}
  answer[":status"] = status
  handle:respond(answer, text)
end

local function native(content_type)
  local rest = content_type and content_type:match("^application/grpc(.*)$")
  return rest == "" or (rest and rest:sub(1, 1) == "+")
end

-- RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
local TAILS = {
  { 0xC2, 0xDF, 1 }, { 0xE0, 0xE0, 2, 0xA0, 0xBF }, { 0xE1, 0xEC, 2 }, { 0xED, 0xED, 2, 0x80, 0x9F },
  { 0xEE, 0xEF, 2 }, { 0xF0, 0xF0, 3, 0x90, 0xBF }, { 0xF1, 0xF3, 3 }, { 0xF4, 0xF4, 3, 0x80, 0x8F },
}

local function tail_of(lead)
  for _, each in ipairs(TAILS) do
    if lead >= each[1] and lead <= each[2] then
      return each[3], each[4] or 0x80, each[5] or 0xBF
    end
  end
end

local function is_utf8(text)
  local at, length = 1, #text
  while at <= length do
    local lead = text:byte(at)
    if lead >= 0x80 then
      local tail, low, high = tail_of(lead)
      if not tail then return false end
      for next = 1, tail do
        local byte = text:byte(at + next)
        if not byte or byte < low or byte > high then return false end
        low, high = 0x80, 0xBF
      end
      at = at + tail
    end
    at = at + 1
  end
  return true
end

-- The text with its escapes decoded; nil when one is broken.
local function decoded(text)
  if not text:find("%", 1, true) then return text end
  if (text .. "!!"):gsub("%%%x%x", ""):find("%", 1, true) then return nil end
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function is_target(path)
  if path:find("[^\33-\126]") then return false end
  local query_at = path:find("?", 1, true) or #path + 1
  local place, query = decoded(path:sub(1, query_at - 1)), decoded(path:sub(query_at))
  if not place or not query or place:find("[%z\1-\31\127]") or query:find("%z") then return false end
  return is_utf8(place) and is_utf8(query)
end

-- A query with the parameters of these names alone; nil when one of them is there twice. Apps write a blank as in a form,
-- which the transcoder takes for a plus.
local function kept_query(query, names)
  local kept, seen = {}, {}
  for part in query:gmatch("[^&]+") do
    part = part:gsub("%+", "%%20")
    local name = decoded(part:match("^[^=]*"))
    if names[name] then
      if seen[name] then return nil end
      seen[name] = true
      kept[#kept + 1] = part
    end
  end
  return table.concat(kept, "&")
end

local function collect(node, segments, at, found)
  if at > #segments then
    for verb, kind in pairs(node.verbs or {}) do found[verb] = found[verb] or kind end
    return
  end
  if node.next then
    local literal = node.next[segments[at]]
    if literal then collect(literal, segments, at + 1, found) end
    if node.next["*"] then collect(node.next["*"], segments, at + 1, found) end
  end
end

-- What each method takes at a path; empty for a path without a route.
local function verbs_at(path)
  local segments, found = {}, {}
  for segment in path:gmatch("/([^/]*)") do segments[#segments + 1] = segment end
  collect(ROUTES, segments, 1, found)
  if found.GET then found.HEAD = found.GET ~= "stream" and found.GET ~= "live" and "head" or nil end
  return found
end

local function allowed(verbs)
  local names = { "OPTIONS" }
  for verb in pairs(verbs) do names[#names + 1] = verb end
  table.sort(names)
  return table.concat(names, ", ")
end

-- A parameter whose value is a quoted string (RFC 9110 section 5.6.4), its escapes undone, and what follows it.
local function quoted(rest)
  local name, from = rest:match("^;[ \t]*([%w!#$%%&'*+.^_`|~-]+)=\"()")
  local at = from
  while at and rest:sub(at, at) ~= '"' do
    at = rest:find('^[^"\\%c]', at) and at + 1 or rest:find("^\\%C", at) and at + 2 or nil
  end
  if at then return name, rest:sub(from, at - 1):gsub("\\(.)", "%1"), rest:match("^[ \t]*(.*)$", at + 1) end
end

-- RFC 9110 section 8.3.1: the type, and the parameters by their names in small letters; nil for those that are broken.
local function media_type(value)
  local kind, rest = value:match("^[ \t]*([%w!#$&^_.+-]+/[%w!#$&^_.+-]+)[ \t]*(.*)$")
  local parameters = {}
  while kind and rest ~= "" do
    local name, text, after = quoted(rest)
    if not name then name, text, after = rest:match("^;[ \t]*([%w!#$%%&'*+.^_`|~-]+)=([^ \t;,\"]+)[ \t]*(.*)$") end
    if not name then after = rest:match("^;[ \t]*(.*)$") end
    if not after or parameters[(name or ""):lower()] then return kind and kind:lower(), nil end
    if name then parameters[name:lower()] = text end
    rest = after
  end
  return kind and kind:lower(), parameters
end

local TAKES = {
  json = "application/json",
  multipart = "multipart/form-data",
  form = "application/x-www-form-urlencoded",
  oauth = "application/x-www-form-urlencoded",
}

-- Why a body of this type is not taken: a status and a sentence; nil when it is.
local function type_refused(kind, content_type)
  if not TAKES[kind] or (not content_type and kind == "json") then return nil end
  local found, parameters = media_type(content_type or "")
  -- RFC 6749 knows no other status.
  local wrong = kind == OAUTH and "400" or "415"
  if found ~= TAKES[kind] then return wrong, "the body must be " .. TAKES[kind] end
  if not parameters then return "400", "the parameters of the content type are not well-formed" end
  local charset = (parameters.charset or "utf-8"):lower()
  if kind ~= "multipart" and charset ~= "utf-8" and charset ~= "us-ascii" then return wrong, "the body must be UTF-8" end
  local boundary = parameters.boundary or ""
  if kind == "multipart" and (not boundary:find("^[%w'()+_,./:=? -]*[%w'()+_,./:=?-]$") or #boundary > 70) then
    return "400", "the content type must name a boundary of 1 to 70 characters, as RFC 2046 allows them"
  end
end

-- gRPC carries printable ASCII alone; a header that holds anything else is for the edge alone.
local function drop_unprintable(headers)
  local odd = {}
  for name, value in pairs(headers) do
    if name:sub(1, 1) ~= ":" and value:find("[^\32-\126]") then odd[#odd + 1] = name end
  end
  for _, name in ipairs(odd) do headers:remove(name) end
end

local BODIED = { POST = true, PUT = true, PATCH = true }

local function check_body(handle, headers, kind, method)
  local coding = headers:get("content-encoding")
  if coding and coding:lower() ~= "identity" then
    return refuse(handle, "415", "the body must not be compressed", { ["accept-encoding"] = "identity" })
  end
  local content_type = headers:get("content-type")
  if kind == OAUTH and content_type and content_type:match("^%s*$") then content_type = nil end
  if BODIED[method] then
    local status, text = type_refused(kind, content_type)
    if status then return refuse(handle, status, text, status == "415" and { accept = TAKES[kind] } or nil) end
  end
  drop_unprintable(headers)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local token = (headers:get("authorization") or ""):match("^[Bb][Ee][Aa][Rr][Ee][Rr] +(.*)$")
  if token then headers:replace("authorization", "Bearer " .. token) end
  local upgrade = headers:get("upgrade")
  if native(headers:get("content-type")) then
    -- Envoy would wait for the end of what follows, which the other protocol does not have.
    if upgrade then refuse(handle, "400", "gRPC goes by HTTP/2") end
    return
  end

  local path, method = headers:get(":path") or "", headers:get(":method")
  local notes = handle:streamInfo():dynamicMetadata()
  notes:set("door", "token", token ~= nil)
  if not is_target(path) then return refuse(handle, "400", "the path or the query is not well-formed") end
  local verbs = verbs_at(path:match("^[^?]*"))
  if upgrade and verbs.GET ~= "live" then return refuse(handle, next(verbs) and "400" or "404", "this path is no WebSocket") end
  if not next(verbs) then return drop_unprintable(headers) end
  if (verbs[method] or verbs.POST) == OAUTH then notes:set("door", "oauth", true) end
  if method == "OPTIONS" then return handle:respond({ [":status"] = "204", allow = allowed(verbs) }, "") end
  local kind = verbs[method]
  if not kind then
    return refuse(handle, "405", "this path does not take the method", { allow = allowed(verbs) })
  end
  if kind == "head" then
    kind = verbs.GET
    notes:set("door", "head", true)
    headers:replace(":method", "GET")
  end
  if kind == "open" then notes:set("door", "cacheable", true) end
  if kind == "live" and not (headers:get("upgrade") or ""):lower():find("websocket", 1, true) then
    return refuse(handle, "426", "this path is a WebSocket")
  end
  local place, query = path:match("^([^?]*)%??(.*)$")
  if LENIENT[place] and kind == "open" then
    local kept = kept_query(query, LENIENT[place])
    if not kept then return refuse(handle, "400", "a parameter is there more than once") end
    headers:replace(":path", kept ~= "" and place .. "?" .. kept or place)
  end
  check_body(handle, headers, kind, method)
end

-- RFC 6749 section 5.2, and what is usual where it has no word.
local OAUTH_ERRORS = {
  CLIENT_INVALID = "invalid_client", UNAUTHENTICATED = "invalid_client", SCOPE_INVALID = "invalid_scope",
  GRANT_INVALID = "invalid_grant", GRANT_UNSUPPORTED = "unsupported_grant_type",
  ACCESS_DENIED = "unauthorized_client", ADDRESS_REFUSED = "unauthorized_client", CLIENT_UNAUTHORIZED = "unauthorized_client",
}

local function oauth_error(status, body)
  local reason, message = body:match('"reason":%s*"([%u_]+)"') or "", body:match('"message":%s*"([^"\\]*)') or ""
  local code = OAUTH_ERRORS[reason] or "invalid_request"
  if status == "429" or status == "502" or status == "503" or status == "504" then code = "temporarily_unavailable" end
  if status == "500" then code = "server_error" end
  local text = message:gsub("[^\32-\33\35-\91\93-\126]", "?")
  return string.format('{"error":"%s","error_description":"%s"}', code, text)
end

local function challenge(headers, notes)
  if notes.oauth then return headers:replace("www-authenticate", 'Basic realm="loanflow"') end
  local error = notes.token and ', error="invalid_token"' or ""
  headers:replace("www-authenticate", 'Bearer realm="loanflow"' .. error)
end

-- What an answer says of itself, where it does not do so already: a browser may load nothing from it, nor frame it.
local BROWSERS = {
  ["x-content-type-options"] = "nosniff", ["referrer-policy"] = "no-referrer",
  ["content-security-policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}

local function describe(handle, headers, status, notes)
  for name, value in pairs(BROWSERS) do if not headers:get(name) then headers:add(name, value) end end
  if not headers:get("cache-control") and not (notes.cacheable and status:sub(1, 1) == "2") then
    headers:add("cache-control", "no-store")
  end
  if handle:streamInfo():downstreamSslConnection() then
    headers:replace("strict-transport-security", "max-age=31536000; includeSubDomains")
  end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local status = headers:get(":status")
  if status == "101" or native(headers:get("content-type")) then return end
  -- A page says with which status it goes out, and where the browser goes on to: gRPC has words for neither.
  local page = (headers:get("x-loanflow-status") or ""):match("^[2-4]%d%d$")
  headers:remove("x-loanflow-status")
  if page then
    status = page
    headers:replace(":status", page)
  end
  local notes = handle:streamInfo():dynamicMetadata():get("door") or {}
  describe(handle, headers, status, notes)
  if status == "401" then challenge(headers, notes) end
  if notes.oauth and not page and status:find("^[45]") then
    local body = handle:body(true)
    local size = body:setBytes(oauth_error(status, body:getBytes(0, body:length())))
    headers:replace("content-length", tostring(size))
    headers:replace("content-type", "application/json")
  elseif notes.head then
    for chunk in handle:bodyChunks() do chunk:setBytes("") end
  end
end
