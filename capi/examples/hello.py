"""Sends a message, reads it back and searches for it, by the TIM message API.

    python3 hello.py FOLDER [PATH OF libmynah.so]
"""
import ctypes
import json
import queue
import sys

Callback = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)
C2C = 1

mynah = ctypes.CDLL(sys.argv[2] if len(sys.argv) > 2 else "libmynah.so.0")
mynah.TIMInit.argtypes = [ctypes.c_uint64, ctypes.c_char_p]
mynah.TIMLogin.argtypes = [ctypes.c_char_p, ctypes.c_char_p, Callback, ctypes.c_void_p]
mynah.TIMMsgSendMessage.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, Callback, ctypes.c_void_p]
mynah.TIMMsgGetMsgList.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, Callback, ctypes.c_void_p]
mynah.TIMMsgSearchLocalMessages.argtypes = [ctypes.c_char_p, Callback, ctypes.c_void_p]


def call(function, *arguments):
    """Makes a call and gives its answer. The callback must live until it has been called, so it is kept here."""
    answers = queue.Queue()
    callback = Callback(lambda code, desc, answer, _: answers.put((code, desc.decode(), answer.decode())))
    returned = function(*arguments, callback, None)
    if returned != 0:
        raise RuntimeError(f"the call was refused: {returned}")
    code, desc, answer = answers.get()
    if code != 0:
        raise RuntimeError(f"{code} {desc}")
    return json.loads(answer) if answer else None


config = {"sdk_config_config_file_path": sys.argv[1] if len(sys.argv) > 1 else "."}
if mynah.TIMInit(1400000001, json.dumps(config).encode()) != 0:
    sys.exit("the library could not be started")
call(mynah.TIMLogin, b"alice", b"any")

message = {"message_elem_array": [{"elem_type": 0, "text_elem_content": "hello from Python"}]}
sent = call(mynah.TIMMsgSendMessage, b"bob", C2C, json.dumps(message).encode(), None)
print("sent:", sent["message_msg_id"])

for listed in call(mynah.TIMMsgGetMsgList, b"bob", C2C, json.dumps({"msg_getmsglist_param_count": 20}).encode()):
    print("history:", listed["message_elem_array"][0]["text_elem_content"])

found = call(mynah.TIMMsgSearchLocalMessages, json.dumps({"msg_search_param_keyword_array": ["hello"]}).encode())
print("found:", found["msg_search_result_total_count"])
mynah.TIMUninit()
