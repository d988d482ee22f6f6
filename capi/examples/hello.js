// Sends a message, reads it back and searches for it, by the TIM message API, with the FFI package koffi.
//
//     npm install koffi && node hello.js FOLDER [PATH OF libmynah.so]
"use strict";
const koffi = require("koffi");

const mynah = koffi.load(process.argv[3] || "libmynah.so.0");
const Callback = koffi.proto("void Callback(int32_t code, const char *desc, const char *json, const void *user_data)");
const TIMInit = mynah.func("int TIMInit(uint64_t app, const char *config)");
const TIMUninit = mynah.func("int TIMUninit()");
const TIMLogin = mynah.func("int TIMLogin(const char *user, const char *signature, Callback *cb, const void *data)");
const TIMMsgSendMessage = mynah.func("int TIMMsgSendMessage(const char *conv, int type, const char *message, char *id, Callback *cb, const void *data)");
const TIMMsgGetMsgList = mynah.func("int TIMMsgGetMsgList(const char *conv, int type, const char *parameters, Callback *cb, const void *data)");
const TIMMsgSearchLocalMessages = mynah.func("int TIMMsgSearchLocalMessages(const char *parameters, Callback *cb, const void *data)");
const C2C = 1;

// Makes a call and gives its answer. The callback is registered until it was called; that alone would not keep Node waiting for it.
function call(fn, ...args) {
  return new Promise((resolve, reject) => {
    const waiting = setInterval(() => {}, 1000);
    const callback = koffi.register((code, desc, json) => {
      clearInterval(waiting);
      // Not from inside the callback itself.
      setImmediate(() => koffi.unregister(callback));
      if (code === 0) resolve(json === "" ? null : JSON.parse(json));
      else reject(new Error(`${code} ${desc}`));
    }, koffi.pointer(Callback));
    const returned = fn(...args, callback, null);
    if (returned !== 0) reject(new Error(`the call was refused: ${returned}`));
  });
}

async function main() {
  const config = { sdk_config_config_file_path: process.argv[2] || "." };
  if (TIMInit(1400000001, JSON.stringify(config)) !== 0) throw new Error("the library could not be started");
  await call(TIMLogin, "alice", "any");
  const message = { message_elem_array: [{ elem_type: 0, text_elem_content: "hello from Node" }] };
  const sent = await call(TIMMsgSendMessage, "bob", C2C, JSON.stringify(message), null);
  console.log("sent:", sent.message_msg_id);
  for (const listed of await call(TIMMsgGetMsgList, "bob", C2C, JSON.stringify({ msg_getmsglist_param_count: 20 }))) {
    console.log("history:", listed.message_elem_array[0].text_elem_content);
  }
  const found = await call(TIMMsgSearchLocalMessages, JSON.stringify({ msg_search_param_keyword_array: ["hello"] }));
  console.log("found:", found.msg_search_result_total_count);
}

// The library calls back by way of Node's own loop, so its end must not be waited for inside a call.
main().finally(() => TIMUninit.async(() => {}));
