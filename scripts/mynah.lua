---@meta
-- The API of Mynah's scripts for LuaLS (lua-language-server): completion and types while you write.
-- Made from the source of the bindings; change it there. Scripts are Luau: for its own syntax there is luau-lsp, with mynah.d.luau.
--
--     .luarc.json: { "workspace.library": ["scripts/mynah.lua"] }

---A length of time: `"15m"`, `"2h30m"`, `"1d"`, or a number of seconds.
---@alias Duration string | number

---A time: an object, text such as `"fri 9:00"` or `"2h"`, or Unix seconds.
---@alias When Time | string | number

---A conversation: `"group:ops"`, `"c2c:ana"`, `m.chat`, `m.from`.
---@alias ChatLike string | Chat | User

---What the handler of a webhook returns.
---@alias WebhookAnswer string | WebhookReply | nil

---Events that tell of a message.
---@alias MessageEvent "receive" | "sent" | "edit" | "recall" | "delete"

---Bytes.
---@class buffer

---@alias EventName "receive" | "sent" | "download" | "recall" | "edit" | "delete" | "read" | "join" | "leave" | "timer" | "start" | "stop"

---A message. Its fields are read when they are asked for. In `bot.before` assigning `m.text` changes what will be written; nothing else can be set.
---@class Message
---@field id string Finds it again: `bot.find(id)`.
---@field text string Its text; several text elements are joined with line breaks. `""` when it has none.
---@field time Time When it was said.
---@field chat Chat Where it was said.
---@field from User Who said it.
---@field is_mine boolean Whether the account said it.
---@field reply_to string? The id of the message that it answers.
---@field mentions string[] The user ids that it mentions.
---@field files File[] Its images, sounds, videos and files.
---@field types string[] The types of its elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips` …
---@field json string All of it as JSON, in the format of the TIM message API: `json.decode(m.json)`.
---@field custom string? The data of its first custom element.
local Message = {}

---Answers in the same conversation, and returns the id of the answer.
---@param message string | Said What to say: text, or a table.
---@return string
function Message:reply(message) end

---Says the same in another conversation, and returns the id of the new message.
---@param chat ChatLike Where.
---@return string
function Message:forward(chat) end

---Takes the message back.
function Message:recall() end

---Gives an own message another text.
---@param text string The new text.
function Message:edit(text) end

---Marks the conversation as read.
function Message:mark_read() end

---Asks in the same conversation and waits for the answer: the next message that fits, or nil when none came in time.
---@param question string | Said What to ask.
---@param options? AskOptions Which answer, from whom, how long.
---@return Message?
function Message:ask(question, options) end

---A link that names the message: `mynah://m/ID`.
---@return string
function Message:link() end

---A conversation. It can stand wherever a function takes one.
---@class Chat
---@field id string `c2c:ID` or `group:ID`.
---@field title string The group's name, or the peer's.
---@field kind "c2c" | "group" Whether it is with one peer, or a group.
---@field store Store What the script keeps about this conversation.
local Chat = {}

---A person. Where a function takes a conversation, it stands for the one with this person.
---@class User
---@field id string User id.
---@field name string The name in the group, else the nickname, else the user id.
---@field store Store What the script keeps about this person.
local User = {}

---A file of a message: an image, a sound, a video or any other.
---@class File
---@field id string A short name, the same every time; fit for a path.
---@field name string Its name without folders, made fit for a path.
---@field size number Bytes, as the message says; 0 when it does not.
---@field mime string Its MIME type, by what the message says: `image/png`.
---@field kind "image" | "sound" | "video" | "file" What it is sent as.
local File = {}

---Saves the file in the script's own folder, and says where, how large and with which hash.
---@param path string Below the script's own folder of files; folders are made.
---@return { path: string, size: number, hash: string }?
---@return string?
function File:save(path) end

---The file's content as text; `nil` and why if it is larger, no UTF-8 or cannot be had.
---@param max? number The most bytes, at most 8 MiB; 1 MiB if not given.
---@return string?
---@return string?
function File:text(max) end

---The file's content as bytes; `nil` and why if it is larger or cannot be had.
---@param max? number The most bytes, at most 8 MiB; 1 MiB if not given.
---@return string?
---@return string?
function File:bytes(max) end

---A moment, in seconds. `t + "2h"` and `t - "15m"` are other moments (a number stands for seconds), `t - u` is the number of seconds between two, `<`, `<=` and `==` compare. As text it is `2026-11-27 09:00:00` in the script's time zone.
---@class Time
---@field unix number Unix seconds.
---@operator add(Duration): Time
---@operator sub(Duration | Time): any
local Time = {}

---Writes the moment as the pattern says, in the script's time zone.
---@param pattern string `%Y-%m-%d %H:%M` and what else strftime knows.
---@return string
function Time:format(pattern) end

---Writes the moment for people, seen from now: `in 2 h`, `tomorrow at 9:00`, `on Fri 27 Nov at 9:00`.
---@return string
function Time:friendly() end

---Values by key: numbers, texts, booleans and tables of them. `bot.store` is the script's, `m.chat.store` is kept for each conversation, `m.from.store` for each person. What a run writes is there for its own reads at once, and for others when the run is written; a run that fails writes nothing.
---@class Store
local Store = {}

---What is kept under a key, or nil.
---@param key string 1 to 256 bytes.
---@return any
function Store:get(key) end

---Keeps a value.
---@param key string 1 to 256 bytes.
---@param value any Plain data of at most 64 KiB; nil deletes.
function Store:set(key, value) end

---Adds to a number, and returns the sum.
---@param key string 1 to 256 bytes.
---@param by? number How much; 1 if not given.
---@return number
function Store:incr(key, by) end

---Replaces a value by what a function makes of it, and returns that.
---@param key string 1 to 256 bytes.
---@param change fun(old: any): any Gets the present value and returns the new one. It must not wait.
---@return any
function Store:update(key, change) end

---Forgets a value.
---@param key string 1 to 256 bytes.
function Store:delete(key) end

---Reads values in the order of their keys.
---@param options? ScanOptions Which ones; all if not given.
---@return StorePage
function Store:scan(options) end

---A file that is about to be fetched.
---@class Download
---@field name string What it is called, without folders.
---@field size number Bytes, as the message says; 0 when it does not.
---@field mime string Its MIME type, by what the message says or by the name.
---@field message Message? The message that names it, if it is for one.
local Download = {}

---What `bot.deny` gives, for a hook to return.
---@class Denial
---@field why string The reason.
local Denial = {}

---A secret that can be used and not read: it goes to `auth` of `http` and `secret` of `bot.webhook`. As text it is `secret(NAME)`.
---@class Secret
local Secret = {}

---A compiled pattern.
---@class Regex
local Regex = {}

---Whether the pattern matches anywhere.
---@param text string What is looked at.
---@return boolean
function Regex:test(text) end

---The groups of the first match, or all of it if the pattern has none; nil if nothing matches.
---@param text string What is looked at.
---@param from? number Where to begin, from 1; negative counts from the end.
---@return string? ...
function Regex:match(text, from) end

---Where the first match begins and ends, then its groups; nil if nothing matches.
---@param text string What is looked at.
---@param from? number Where to begin, from 1; negative counts from the end.
---@return any ...
function Regex:find(text, from) end

---All matches: texts, or lists of groups if the pattern has groups.
---@param text string What is looked at.
---@return any[]
function Regex:all(text) end

---Goes through all matches: gives the groups of each, or all of it if the pattern has none.
---@param text string What is looked at.
---@return fun(): string? ...
function Regex:gmatch(text) end

---The text with matches replaced, and how many there were.
---@param text string What is looked at.
---@param by string | (fun(...): (string | number)?) What stands there instead; `$1` and `${name}` are groups. A function gets the groups, or the whole match if there are none; nil leaves the match as it is.
---@param most? number How many at most; all if not given.
---@return string
---@return number
function Regex:replace(text, by, most) end

---The parts between the matches.
---@param text string What is looked at.
---@return string[]
function Regex:split(text) end

---What a test gets. Its methods let something happen, wait until everybody has dealt with it, and go on. The account is called `bot`, its script is granted what the manifest asks for, and the clock begins on a Monday at 9:00 UTC and stands until it is set.
---@class Story
---@field now Time What time it is.
local Story = {}

---Somebody says something, and the script deals with it. Returns the message's id.
---@param who string A user id.
---@param text string What.
---@param options? Spoken Where, with which files, whom it mentions.
---@return string
function Story:say(who, text, options) end

---The account itself says something, by hand: through the script's `bot.before("send")`. Returns nil, or why it was refused.
---@param text string What.
---@param chat? string Where; `"ana"` if not given.
---@return string?
function Story:send(text, chat) end

---Expects that the script says this next, and returns it.
---@param expected string | Expected Exactly this text, or a table.
---@return Seen
function Story:expect(expected) end

---Expects that the script has said nothing since something happened last, but for what was expected already.
function Story:expect_none() end

---Expects that what the account said by hand left like this, and returns it.
---@param expected string | Expected Exactly this text, or a table.
---@return Seen
function Story:expect_sent(expected) end

---Expects that the last `t:send` or `t:download` was refused, and returns the reason.
---@param why? string What is in the reason.
---@return string
function Story:expect_denied(why) end

---Time passes. What is due meanwhile happens on time; while the script is down, when it is started.
---@param length Duration How long: `"3h"`.
function Story:advance(length) end

---Ends host and session as a kill would: nobody is told, and what is not written is gone.
function Story:crash() end

---Starts them again, on the same archive.
function Story:start() end

---Loads the script anew, as after a change of its file. Returns true, or nil and why the version before goes on.
---@param source? string Another source; the same if not given.
---@return boolean?
---@return string?
function Story:reload(source) end

---Sets the script's configuration, before anything else happens.
---@param values table<string, any> Values by key.
function Story:configure(values) end

---Says what is answered at an address from now on.
---@param url string The address; without `?…` it stands for every query.
---@param response any A text, or a table with `status`, `headers`, `body` or `json`; or with `fail`, the reason why nobody answers.
function Story:http(url, response) end

---The requests that the script has made so far: tables with `method`, `url`, `headers`, `body`, and the name of the secret as `auth`.
---@return any[]
function Story:requests() end

---Calls a webhook of the script, as who knows its secret. Returns the answer: `status`, `body`, `headers`.
---@param path string As the script has registered it.
---@param call? table<string, any> `body` or `json`, `headers`, `query`.
---@return any
function Story:webhook(path, call) end

---Whoever said a message takes it back.
---@param id string The id of a message.
function Story:recall(id) end

---Whoever said a message gives it another text.
---@param id string The id of a message.
---@param text string The new text.
function Story:edit(id, text) end

---Somebody comes into a group.
---@param who string A user id.
---@param chat string A group: `"group:ops"`.
function Story:join(who, chat) end

---Somebody leaves a group.
---@param who string A user id.
---@param chat string A group: `"group:ops"`.
function Story:leave(who, chat) end

---Somebody has read what the account said so far.
---@param who string A user id.
function Story:read(who) end

---The account fetches a file: through the script's `bot.before("download")`. Returns where it is, or nil and why not.
---@param id string The id of a message.
---@param file? number Which of its files; the first one if not given.
---@return string?
---@return string?
function Story:download(id, file) end

---What the archive has of a message: `id`, `text`, `from`, `chat`, `is_recalled`, `is_read`; nil if it is not there.
---@param id string The id of a message.
---@return any
function Story:find(id) end

---What the script keeps under a key.
---@param key string The key.
---@param of? string A conversation, `"group:ops"`, or a person, `"ana"`; the script's own if not given.
---@return any
function Story:stored(key, of) end

---The events that the script could not deal with: tables with `handler`, `fault` and `attempts`.
---@return any[]
function Story:dead() end

---The lines of the script's log.
---@return string[]
function Story:log() end

---What is said.
---@class Said
---@field text string? The text.
---@field files string[]? Files below the script's own folder.
---@field reply_to (string | Message)? The message that it answers: its id, or the message.
---@field mentions (string | User)[]? Who is mentioned.
---@field custom any Data for programs: text as it is, anything else as JSON.

---Which message answers a question.
---@class AskOptions
---@field match string? Only a message whose text matches this pattern (the syntax of `re`).
---@field timeout Duration? How long to wait, at most 30 days; 10 minutes if not given.
---@field from (string | User)? Who answers; whoever sent the message that is asked about if not given. `"anyone"`: whoever is first.

---Which events a handler wants. Everything that is given has to hold; what is not given does not matter.
---@class Filter
---@field words (string | string[])? One of these words is in the text: whole words, ignoring case. The handler gets it as `hit.word`.
---@field regex string? The text matches this pattern (the syntax of `re`). The handler gets the groups as `hit.captures`.
---@field files (string | string[])? One of its files has one of these MIME types; `"image/*"` takes all images.
---@field types (string | string[])? It has one of these elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips`.
---@field chat (ChatLike | ChatLike[])? It is in one of these conversations: `"group:ops"`, `"c2c:ana"`, `"group:*"`, `"c2c:*"`.
---@field from (string | User | (string | User)[])? One of these people said it.
---@field mentions "me"? It mentions the account.
---@field mentions_me boolean? `true`: it mentions the account; `false`: it does not.
---@field bots boolean? `true`: messages of other bots too.
---@field timer string? For `timer`: only timers of this name.
---@field progress boolean? For `download`: `true` tells of progress too, not only of the end.
---@field cooldown Duration? After one run, none in the same conversation for so long.
---@field stale Duration? What is older than this is passed over.

---What the filter found in the message.
---@class Hit
---@field word string? The word of the filter that is in the text, as the filter has it.
---@field captures string?[] What the pattern matched: the whole match, then its groups.

---When a hook is asked, and what happens if it fails. The keys of `Filter` say which messages it looks at.
---@class BeforeOptions
---@field priority number? Higher ones come first; 0 if not given.
---@field on_error ("allow" | "deny")? What happens if the hook fails or is too slow; `"allow"` if not given.
---@field deadline Duration? How long it may take, at most 100 ms; 20 ms if not given. Where several hooks see the same, they share 100 ms.
---@field words (string | string[])? One of these words is in the text: whole words, ignoring case. The handler gets it as `hit.word`.
---@field regex string? The text matches this pattern (the syntax of `re`). The handler gets the groups as `hit.captures`.
---@field files (string | string[])? One of its files has one of these MIME types; `"image/*"` takes all images.
---@field types (string | string[])? It has one of these elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips`.
---@field chat (ChatLike | ChatLike[])? It is in one of these conversations: `"group:ops"`, `"c2c:ana"`, `"group:*"`, `"c2c:*"`.
---@field from (string | User | (string | User)[])? One of these people said it.
---@field mentions "me"? It mentions the account.
---@field mentions_me boolean? `true`: it mentions the account; `false`: it does not.
---@field bots boolean? `true`: messages of other bots too.
---@field timer string? For `timer`: only timers of this name.
---@field progress boolean? For `download`: `true` tells of progress too, not only of the end.
---@field cooldown Duration? After one run, none in the same conversation for so long.
---@field stale Duration? What is older than this is passed over.

---Who may give a command, and what its help says.
---@class CommandOptions
---@field help string? What stands behind the command in the help.
---@field who (string | User | (string | User)[])? Only these people may give it.
---@field cooldown Duration? After one answer, none to the same person for so long.
---@field stale Duration? What is older than this is passed over.

---Who may call a webhook.
---@class WebhookOptions
---@field secret Secret? What callers have to know.

---A request to a webhook.
---@class WebhookCall
---@field path string What stands behind the script's name.
---@field method string `POST`, `GET` …
---@field headers table<string, string> By name, in lower case.
---@field query table<string, string> What stands behind the `?`.
---@field body string The body: text, or bytes.
---@field json fun(...): any Reads the body as JSON: `call.json()`. Returns nil and why, if it is none.

---An answer to the caller of a webhook.
---@class WebhookReply
---@field status number? 200 if not given.
---@field body (string | buffer)? The body.
---@field headers table<string, string>? Headers by name.

---A timer that is due.
---@class TimerEvent
---@field id string As `bot.timer.at` returned it.
---@field name string Its name.
---@field data any Its data.
---@field due Time When it was due.
---@field late number How many seconds ago that was.
---@field missed number How many earlier times were missed and are answered with this one.

---How far a download is.
---@class DownloadEvent
---@field done boolean Whether all of it is there.
---@field path string? Where the file is, once it is all there.
---@field name string? The last part of the path.
---@field size number Bytes in all; as many as there are while that is not known.
---@field bytes number Bytes that are there.
---@field total number? Bytes in all, if that is known.
---@field message string? The id of the message that names the file, if it is for one.

---Why a version ends.
---@class StopEvent
---@field reason "replaced" | "removed" | "host" A newer version takes over; the script was removed; the host ends.

---Somebody has read.
---@class ReadEvent
---@field by User Who.
---@field up_to Time Everything up to then.
---@field chat Chat? Where.

---Who came or left.
---@class MemberEvent
---@field people User[] Whom it happened to.
---@field by User? Who did it.
---@field chat Chat? Which group.
---@field message Message The notice that tells of it.

---What is searched for.
---@class SearchOptions
---@field query string? The query language of `mynah search`: `from:ana after:2024-01 invoice`. Anything may be in it; it is never an error.
---@field chat ChatLike? Only in this conversation.
---@field from (string | User)? Only what this person said.
---@field after (string | Time)? Only what was said then or later: `"2024-01"`, `"3 days ago"`.
---@field before (string | Time)? Only what was said earlier.
---@field has string? Only messages with this: `"image"`, `"file"`, `"link"` …
---@field limit number? The most of them, 1 to 100; 20 if not given.
---@field order ("newest" | "oldest" | "relevance")? Which come first; the newest if not given.
---@field facets boolean? Whether to count the matches by conversation, by person and by type; on the first page only.
---@field timeline ("hour" | "day" | "month" | "year")? By which stretches of time to count the matches, in the script's time zone; on the first page only.
---@field next string? `next` of the page before; nothing else need be given with it.

---What a search found.
---@class SearchPage
---@field total number How many messages match in all.
---@field hits SearchHit[] The messages of this page.
---@field next string? For the next page; nil on the last one.
---@field facets SearchFacets? Counts by conversation, person and type, if they were asked for.
---@field timeline SearchBar[]? Counts by time, the oldest first, if they were asked for. Stretches without matches are left out.

---How many of all matches there are of what; of each the 20 with the most.
---@class SearchFacets
---@field chats SearchCount[] By conversation: `group:ops`.
---@field people SearchCount[] By who said it, user id.
---@field types SearchCount[] By type of element: `text`, `image` …

---One entry of a facet.
---@class SearchCount
---@field name string Of what.
---@field count number How many.

---A stretch of time in which something was found.
---@class SearchBar
---@field time Time Its first second.
---@field count number How many messages match in it.

---A message that was found.
---@class SearchHit
---@field id string `bot.find(hit.id)` has all of it.
---@field chat string The conversation.
---@field from string Who said it.
---@field date string When, for people.
---@field text string Its text.
---@field snippet string The part of it that matches.

---Which part of a conversation.
---@class HistoryOptions
---@field chat ChatLike? The conversation; that of the event if not given.
---@field limit number? The most of them, 1 to 100; 20 if not given.
---@field next string? `next` of the page before: goes further back.

---Messages of a conversation, the newest first.
---@class HistoryPage
---@field messages Message[] The messages.
---@field next string? For the page before; nil at the beginning of the conversation.

---How a timer comes again.
---@class EveryOptions
---@field zone string? The time zone of the schedule, such as `"Europe/Vienna"`; the script's if not given.
---@field missed ("once" | "skip" | "all")? What to do about times at which nobody was there: answer all with one (`"once"`, if not given), go on with the next, answer each.

---A timer that waits.
---@class TimerRow
---@field id string What `bot.timer.cancel` takes.
---@field name string Its name.
---@field due Time When it is due next.
---@field data any Its data.
---@field every string? Its schedule, if it comes again.

---Which values `store:scan` gives.
---@class ScanOptions
---@field prefix string? Only keys that begin with this.
---@field after string? Only keys behind this one: `next` of the page before.
---@field limit number? The most values, 1 to 1000; 100 if not given.

---Values in the order of their keys.
---@class StorePage
---@field items { key: string, value: any }[] Keys and values.
---@field next string? What `after` takes for the next page; nil on the last one.

---How something is fetched.
---@class GetOptions
---@field headers table<string, string>? Headers by name.
---@field timeout Duration? How long to wait, at most a minute; 10 s if not given.
---@field auth Secret? Sent as `Authorization: Bearer …`.
---@field limit number? The most bytes of an answer, at most 16 MiB; 1 MiB if not given. A longer one is an error.

---What is sent, and how.
---@class PostOptions
---@field json any Sent as JSON.
---@field body (string | buffer)? Sent as it is.
---@field headers table<string, string>? Headers by name.
---@field timeout Duration? How long to wait, at most a minute; 10 s if not given.
---@field auth Secret? Sent as `Authorization: Bearer …`.
---@field limit number? The most bytes of an answer, at most 16 MiB; 1 MiB if not given. A longer one is an error.

---A request.
---@class HttpRequest
---@field url string `https://…` or `http://…`.
---@field method ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")? `GET` if not given.
---@field json any Sent as JSON.
---@field body (string | buffer)? Sent as it is.
---@field headers table<string, string>? Headers by name.
---@field timeout Duration? How long to wait, at most a minute; 10 s if not given.
---@field auth Secret? Sent as `Authorization: Bearer …`.
---@field limit number? The most bytes of an answer, at most 16 MiB; 1 MiB if not given. A longer one is an error.

---What came back.
---@class HttpResponse
---@field status number 200, 404, …
---@field ok boolean Whether the status is 200 to 299.
---@field headers table<string, string> By name, in lower case.
---@field body string The body: text, or bytes.
---@field json fun(...): any Reads the body as JSON: `r.json()`. Returns nil and why, if it is none.

---How somebody says something in a test.
---@class Spoken
---@field chat string? Where: `"group:ops"`; the conversation with the account if not given. Groups come about, and people join them, by themselves.
---@field files (string | Attached)[]? Files: names, or tables.
---@field mentions string[]? Who is mentioned: user ids; `"me"` is the account.
---@field reply_to string? The id of the message that it answers.

---A file that somebody sends in a test.
---@class Attached
---@field name string Its name; the ending says its type.
---@field content string? What is in it; its name if not given.
---@field size number? What the message says of its size, if that is not the truth.

---What a message has to be. What is not given does not matter.
---@class Expected
---@field text string? Exactly this text.
---@field match string? A pattern that the text matches (the syntax of `re`).
---@field contains string? The text has this in it.
---@field chat string? Where it is said: `"group:ops"`, `"ana"`.

---A message as a test sees it.
---@class Seen
---@field id string Its id.
---@field text string Its text.
---@field chat string Where: `c2c:ID` or `group:ID`.
---@field files string[] The names of its files.

---Everything that a script can be told and can do. It cannot be changed.
---@class bot_api
---@field name string The script's name.
---@field version string? Its version, as in the manifest.
---@field config table<string, any> Its configuration: the keys that the manifest declares, with the operator's values or their defaults. A key that is not declared is an error.
---@field store Store What the script keeps.
bot = {}

---Calls a function after something happened.
---@overload fun(event: MessageEvent, filter: Filter, handler: fun(m: Message, hit: Hit))
---@overload fun(event: "timer", name: string | Filter, handler: fun(t: TimerEvent))
---@overload fun(event: "timer", handler: fun(t: TimerEvent))
---@overload fun(event: "download", handler: fun(d: DownloadEvent))
---@overload fun(event: "download", filter: Filter, handler: fun(d: DownloadEvent))
---@overload fun(event: "read", handler: fun(r: ReadEvent))
---@overload fun(event: "read", filter: Filter, handler: fun(r: ReadEvent))
---@overload fun(event: "join" | "leave", handler: fun(g: MemberEvent))
---@overload fun(event: "join" | "leave", filter: Filter, handler: fun(g: MemberEvent))
---@overload fun(event: "start", handler: fun())
---@overload fun(event: "stop", handler: fun(s: StopEvent))
---@param event MessageEvent Which event; see the list of events.
---@param handler fun(m: Message, hit: Hit) Gets what the list of events says.
function bot.on(event, handler) end

---Calls a function before something happens, which may change or refuse it.
---@overload fun(door: "send" | "receive", options: BeforeOptions, handler: fun(m: Message): Denial?)
---@overload fun(door: "download", handler: fun(d: Download): Denial?)
---@overload fun(door: "download", options: BeforeOptions, handler: fun(d: Download): Denial?)
---@param door "send" | "receive" Before what.
---@param handler? fun(m: Message): Denial Gets the message, or the download. It may set `m.text`, and return `bot.deny(why)`.
function bot.before(door, handler) end

---Answers messages that begin with a word, with typed arguments.
---@overload fun(spec: string, options: CommandOptions, handler: fun(m: Message, a: any))
---@param spec string Name and arguments: `remind <when:time> <what:text>`.
---@param handler fun(m: Message, a: any) Gets the message and a table with the arguments by name.
function bot.command(spec, handler) end

---Answers requests to the host's listener.
---@overload fun(path: string, options: WebhookOptions, handler: fun(call: WebhookCall): WebhookAnswer)
---@param path string What stands behind `/hook/SCRIPT/`.
---@param handler fun(call: WebhookCall): WebhookAnswer Gets the call. What it returns is the answer: a text, or a table with `status`, `body` and `headers`.
function bot.webhook(path, handler) end

---What a hook returns to refuse.
---@param why string The reason, for the log and for whoever is refused.
---@return Denial
function bot.deny(why) end

---Says something, and returns the id of the message.
---@param chat ChatLike Where: `"group:ops"`, `m.chat`, `m.from`.
---@param message string | Said What: text, or a table with text, files, reply_to, mentions, custom.
---@return string
function bot.send(chat, message) end

---Searches the archive.
---@param options SearchOptions What, where, from whom, when.
---@return SearchPage?
---@return string?
function bot.search(options) end

---Reads a conversation, the newest messages first.
---@param options? HistoryOptions Which conversation, how many.
---@return HistoryPage?
---@return string?
function bot.history(options) end

---The message of an id, or nil.
---@param id string The id of a message.
---@return Message?
---@return string?
function bot.find(id) end

---Calls a function while no other run of the script is inside the same lock, and returns what it returns.
---@param name string Which lock of the script.
---@param body fun(): any ... What only one run at a time does.
---@return any ...
function bot.lock(name, body) end

---Adds to a number that the operator sees in `mynah bots`.
---@param name string At most 100 bytes.
---@param by? number How much is added; 1 if not given.
function bot.metric(name, by) end

---The help of the script's commands.
---@param name? string A command; all if not given.
---@return string?
function bot.help(name) end

---What time it is for the run: it stands still until the run waits.
---@return Time
function bot.now() end

---Timers survive a restart, an update and a crash. They have a name and data: the handler is found by the name when the time comes. One that was missed is answered late, and knows how late.
---@class bot_timer_api
bot.timer = {}

---Sets a timer for a time, and returns its id.
---@param when When A time: an object, text such as `"fri 9:00"`, or Unix seconds.
---@param name string The handler's: `bot.on("timer", name, fn)`. 1 to 64 bytes.
---@param data any Plain data for the handler, `t.data`; at most 64 KiB.
---@return string
function bot.timer.at(when, name, data) end

---Sets a timer for some time from now, and returns its id.
---@param length Duration How long from now: `"15m"`, or seconds.
---@param name string The handler's: `bot.on("timer", name, fn)`. 1 to 64 bytes.
---@param data any Plain data for the handler, `t.data`; at most 64 KiB.
---@return string
function bot.timer.after(length, name, data) end

---Sets a timer that comes again and again, and returns its id.
---@param schedule string `"15m"`, `"daily 9:00"`, `"weekdays 9:00"`, `"mon,fri 9:00"`, `"monthly 1 9:00"`, or cron: `"0 9 * * 1-5"`.
---@param name string The handler's: `bot.on("timer", name, fn)`. 1 to 64 bytes.
---@param data any Plain data for the handler, `t.data`; at most 64 KiB.
---@param options? EveryOptions Time zone, and what to do about missed times.
---@return string
function bot.timer.every(schedule, name, data, options) end

---Drops a timer, and says whether there was one.
---@param id string As it was returned.
---@return boolean
function bot.timer.cancel(id) end

---The script's timers, the next one first.
---@param name? string Only timers of this name.
---@return TimerRow[]
function bot.timer.list(name) end

---Requests to other machines. The hosts have to be in the manifest, `http = ["api.example.org"]`, and granted; addresses of private networks need a grant of their own. What cannot be reached, takes too long or is too large gives `nil` and why. Requests that write carry an `Idempotency-Key` that is the same when a run is repeated.
---@class http_api
http = {}

---Fetches something.
---@param url string Where.
---@param options? GetOptions Headers, time-out, secret, limit.
---@return HttpResponse?
---@return string?
function http.get(url, options) end

---Sends something.
---@param url string Where.
---@param options? PostOptions `json` or `body`, and how.
---@return HttpResponse?
---@return string?
function http.post(url, options) end

---Makes any request.
---@param request HttpRequest Method, address, body and how.
---@return HttpResponse?
---@return string?
function http.request(request) end

---The script's log, shown by `mynah bot logs`. It keeps what the script writes into it and nothing else. What a dialog has logged before it went on is not logged again.
---@class log_api
log = {}

---Logs what helps to find a mistake.
---@param message string What happened.
---@param fields? table<string, any> Plain data that goes with it.
function log.debug(message, fields) end

---Logs what happened.
---@param message string What happened.
---@param fields? table<string, any> Plain data that goes with it.
function log.info(message, fields) end

---Logs what may need attention.
---@param message string What happened.
---@param fields? table<string, any> Plain data that goes with it.
function log.warn(message, fields) end

---Logs what went wrong.
---@param message string What happened.
---@param fields? table<string, any> Plain data that goes with it.
function log.error(message, fields) end

---JSON, both ways.
---@class json_api
---@field null any What stands for nil in a list, so that what is behind it keeps its place.
json = {}

---Writes a value as JSON.
---@param value any Plain data.
---@return string
function json.encode(value) end

---Reads JSON.
---@param text string JSON.
---@return any
---@return string?
function json.decode(text) end

---Regular expressions whose time is linear in the text, so that no text of a stranger can hang the script: the syntax of the Rust crate `regex`, without look-around and back-references.
---@class re_api
re = {}

---Compiles a pattern.
---@param pattern string For example `[[\b\d{4}\b]]`; `(?i)` at its beginning ignores case.
---@return Regex
function re.new(pattern) end

---Names a secret of the operator, to be used and not read.
---@param name string As in the manifest: `secrets = ["github"]`.
---@return Secret
function secret(name) end

---Keeps a story that `mynah test` plays with simulated people, a virtual clock and no network.
---@param name string The sentence that must be true.
---@param story fun(t: Story) Says what people do and what is expected of the script.
function test(name, story) end

---Writes a line of level `info` into the script's log.
---@param ... any ... 
function print(...) end
