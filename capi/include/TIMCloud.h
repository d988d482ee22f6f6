/* The TIM message API, answered by Mynah. Link with -lmynah.
 *
 * Calls. Every function may be called from every thread, at once too, and from inside a callback. It checks its arguments, puts the work
 * in a queue and returns; it never waits for the disk, and never calls back from inside. The exceptions are TIMInit, TIMUninit,
 * TIMConvSetDraft and TIMConvCancelDraft, which are done when they return. At most 65,536 calls can be under way; one more returns 9507
 * (ERR_SDK_NET_REQ_COUNT_LIMIT), and nothing happens.
 *
 * What is returned. TIM_SUCC: the call was taken, and cb will be called with how it ended. TIM_ERR_PARAM: a text that is needed is NULL
 * or "", or the conversation type is neither 1 nor 2. TIM_ERR_JSON: the JSON cannot be read, is of another kind than asked for, or has
 * nothing in it. After any other value than TIM_SUCC nothing happens and cb is not called. Before TIMInit and TIMLogin functions return
 * TIM_SUCC too; cb then says 6013 (not initialised) or 6014 (not logged in).
 *
 * Order. Callbacks come one after the other from one thread of the library. Those of calls of one function come in the order of the
 * calls, but for downloads, and for pages of TIMMsgGetMsgList that may ask other machines, which come when they are there. A callback of a
 * write with code 0 means that it is on the disk. While a callback runs no other one does, and no local page is read: it should be short.
 * No exception of C++ may leave a callback; it would end the process.
 *
 * Memory. What is passed in belongs to the caller and is copied before the function returns; it may be freed at once. What is passed to a
 * callback belongs to the library and is valid until the callback returns. Nothing has to be freed with a function of this library.
 * user_data is handed back as it is and never looked at: it must live until its callback has come, or TIMUninit has returned. cb may be
 * NULL: the work is done and nobody is told.
 *
 * Texts are UTF-8 and end with a NUL. JSON may be compact or not, have comments, unknown keys, and a comma before the end of an array.
 * conv_id is the user id of the peer (kTIMConv_C2C) or the id of the group (kTIMConv_Group).
 *
 * Where Mynah differs from the service of that name is listed in DIFFERENCES.md.
 */
#ifndef MYNAH_TIM_CLOUD_H
#define MYNAH_TIM_CLOUD_H

#include "TIMCloudCallback.h"
#include "TIMCloudDef.h"
#include "TIMErrorCode.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The library ---------------------------------------------------------------------------------------------------------------- */

/* Starts the library; to be called before everything but the setters of callbacks, TIMSetConfig, TIMGetSDKVersion and callExperimentalAPI.
 * json_sdk_config: SdkConfig, or NULL or "" for defaults. The messages of a user lie under sdk_config_config_file_path, in a folder for
 * the app id and in that one for the user. mynah_transport says how messages travel:
 *   "loopback", or nothing          a hub in the folder <config path>/<app id>/hub: all processes of this machine that use it talk
 *   {"loopback": "/some/folder"}    a hub in another folder
 *   "memory"                        a hub inside this process, gone with it
 * A user becomes a member of a group by speaking in it, or by mynah_groups.
 * Returns TIM_SUCC also where the library is started already; then nothing changes.
 */
TIM_DECL int TIMInit(uint64_t sdk_app_id, const char* json_sdk_config);

/* Ends the library and logs out. Waits for the callback that is running, if it is not the one that called. What is pending is answered with
 * 7009; from inside a callback it is dropped. No callback comes after this has returned. TIMInit may be called again.
 */
TIM_DECL int TIMUninit(void);

/* The version. The text belongs to the library and lives as long as the process. May be called before TIMInit. */
TIM_DECL const char* TIMGetSDKVersion(void);

/* json_config: SetConfig, any part of it. cb is given the text that was passed in. */
TIM_DECL int TIMSetConfig(const char* json_config, TIMCommCallback cb, const void* user_data);

/* Unix seconds. */
TIM_DECL uint64_t TIMGetServerTime(void);

/* Logs a user in; user_sig must not be "" and is not looked at by a hub on this machine. cb: "". What waited for the user is told to the
 * callbacks set below, which are therefore best set before.
 */
TIM_DECL int TIMLogin(const char* user_id, const char* user_sig, TIMCommCallback cb, const void* user_data);

/* cb: "". */
TIM_DECL int TIMLogout(TIMCommCallback cb, const void* user_data);

TIM_DECL TIMLoginStatus TIMGetLoginStatus(void);

/* Writes the id of the user who is logged in, and a NUL, to user_id_buffer: at least 128 bytes of the caller. "" where nobody is. */
TIM_DECL int TIMGetLoginUserID(char* user_id_buffer);

/* Takes what clients say to the service's own experiments, and does nothing. cb: "". May be called before TIMInit. */
TIM_DECL int callExperimentalAPI(const char* json_param, TIMCommCallback cb, const void* user_data);

/* ---- What happens --------------------------------------------------------------------------------------------------------------- */

/* Each setter replaces what was set before; NULL takes it back. They may be called before TIMInit, and outlive TIMUninit. Several
 * functions can be added for new messages; each is called with its own user_data until it is removed.
 */
TIM_DECL void TIMAddRecvNewMsgCallback(TIMRecvNewMsgCallback cb, const void* user_data);
TIM_DECL void TIMRemoveRecvNewMsgCallback(TIMRecvNewMsgCallback cb);
TIM_DECL void TIMSetMsgReadedReceiptCallback(TIMMsgReadedReceiptCallback cb, const void* user_data);
TIM_DECL void TIMSetMsgRevokeCallback(TIMMsgRevokeCallback cb, const void* user_data);
TIM_DECL void TIMSetMsgElemUploadProgressCallback(TIMMsgElemUploadProgressCallback cb, const void* user_data);
TIM_DECL void TIMSetMsgUpdateCallback(TIMMsgUpdateCallback cb, const void* user_data);
TIM_DECL void TIMSetGroupTipsEventCallback(TIMGroupTipsEventCallback cb, const void* user_data);
TIM_DECL void TIMSetGroupAttributeChangedCallback(TIMGroupAttributeChangedCallback cb, const void* user_data);
TIM_DECL void TIMSetConvEventCallback(TIMConvEventCallback cb, const void* user_data);
TIM_DECL void TIMSetConvTotalUnreadMessageCountChangedCallback(TIMConvTotalUnreadMessageCountChangedCallback cb, const void* user_data);
TIM_DECL void TIMSetNetworkStatusListenerCallback(TIMNetworkStatusListenerCallback cb, const void* user_data);
TIM_DECL void TIMSetKickedOfflineCallback(TIMKickedOfflineCallback cb, const void* user_data);
TIM_DECL void TIMSetUserSigExpiredCallback(TIMUserSigExpiredCallback cb, const void* user_data);
TIM_DECL void TIMSetLogCallback(TIMLogCallback cb, const void* user_data);

/* ---- Conversations -------------------------------------------------------------------------------------------------------------- */

/* Makes a conversation without messages. cb: one ConvInfo. */
TIM_DECL int TIMConvCreate(const char* conv_id, enum TIMConvType conv_type, TIMCommCallback cb, const void* user_data);

/* Deletes a conversation and its messages. cb: "". */
TIM_DECL int TIMConvDelete(const char* conv_id, enum TIMConvType conv_type, TIMCommCallback cb, const void* user_data);

/* cb: array of ConvInfo, pinned ones and then the newest first. */
TIM_DECL int TIMConvGetConvList(TIMCommCallback cb, const void* user_data);

/* json_get_conv_list_param: array of GetConversationListParam. cb: array of ConvInfo of those that exist. */
TIM_DECL int TIMConvGetConvInfo(const char* json_get_conv_list_param, TIMCommCallback cb, const void* user_data);

/* json_draft_param: Draft. Done when it returns. */
TIM_DECL int TIMConvSetDraft(const char* conv_id, enum TIMConvType conv_type, const char* json_draft_param);
TIM_DECL int TIMConvCancelDraft(const char* conv_id, enum TIMConvType conv_type);

/* cb: "". */
TIM_DECL int TIMConvPinConversation(const char* conv_id, TIMConvType conv_type, bool is_pinned, TIMCommCallback cb, const void* user_data);

/* cb: GetTotalUnreadNumberResult. */
TIM_DECL int TIMConvGetTotalUnreadMessageCount(TIMCommCallback cb, const void* user_data);

/* ---- Sending -------------------------------------------------------------------------------------------------------------------- */

/* Sends a message; json_msg_param: Message, of which only the elements are needed. message_id_buffer: NULL, or at least 128 bytes of the
 * caller, to which the id and a NUL are written before the function returns; untouched if it does not return TIM_SUCC.
 * cb: the Message as it is now, also where it could not be sent. It was on the disk before it left. At most 1,000 messages can be on their
 * way; one more is answered with 9507.
 */
TIM_DECL int TIMMsgSendMessage(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, char* message_id_buffer, TIMCommCallback cb, const void* user_data);

/* The same without the buffer. */
TIM_DECL int TIMMsgSendNewMsg(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, TIMCommCallback cb, const void* user_data);

/* The same, and msgid_cb is given the id as its json_params, once and before res_cb. */
TIM_DECL int TIMMsgSendNewMsgEx(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, TIMCommCallback msgid_cb, TIMCommCallback res_cb, const void* user_data);

/* Stops a message that has not left yet; its own callback then says 8021. cb: one Message; 8020 and {} where it is unknown or has left. */
TIM_DECL int TIMMsgCancelSend(const char* conv_id, enum TIMConvType conv_type, const char* message_id, TIMCommCallback cb, const void* user_data);

/* Sends a message to several users, at most 500; json_batch_send_param: MsgBatchSendParam. cb: array of MsgBatchSendResult in the order of
 * the users.
 */
TIM_DECL int TIMMsgBatchSend(const char* json_batch_send_param, TIMCommCallback cb, const void* user_data);

/* Takes a message back on all sides; json_msg_param: the Message. It stays in history with status 6. cb: "". */
TIM_DECL int TIMMsgRevoke(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, TIMCommCallback cb, const void* user_data);

/* Changes a sent message on all sides: its texts, custom elements, places, stickers and cloud custom text. json_msg_param: the Message as it
 * shall be. cb: the Message as it is; 8006 where somebody else was faster.
 */
TIM_DECL int TIMMsgModifyMessage(const char* json_msg_param, TIMCommCallback cb, const void* user_data);

/* ---- Reading -------------------------------------------------------------------------------------------------------------------- */

/* Reports a conversation as read up to a message; json_msg_param: that Message, or NULL or "" for all of it. conv_id NULL or "": all
 * conversations of this type. At most once a second for everything. cb: "".
 */
TIM_DECL int TIMMsgReportReaded(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, TIMCommCallback cb, const void* user_data);
TIM_DECL int TIMMsgMarkAllMessageAsRead(TIMCommCallback cb, const void* user_data);

/* Tells senders that these messages were read; json_msg_array: array of Message of one conversation. Unread counts stay. cb: "". */
TIM_DECL int TIMMsgSendMessageReadReceipts(const char* json_msg_array, TIMCommCallback cb, const void* user_data);

/* json_msg_array: array of own Messages of one conversation. cb: array of MessageReceipt. */
TIM_DECL int TIMMsgGetMessageReadReceipts(const char* json_msg_array, TIMCommCallback cb, const void* user_data);

/* What arrives from users, and from a group; json_identifier_array: array of user ids, at most 30. cb: "". */
TIM_DECL int TIMMsgSetC2CReceiveMessageOpt(const char* json_identifier_array, TIMReceiveMessageOpt opt, TIMCommCallback cb, const void* user_data);
TIM_DECL int TIMMsgSetGroupReceiveMessageOpt(const char* group_id, TIMReceiveMessageOpt opt, TIMCommCallback cb, const void* user_data);

/* cb: array of GetC2CRecvMsgOptResult, by user id, each user once. */
TIM_DECL int TIMMsgGetC2CReceiveMessageOpt(const char* json_identifier_array, TIMCommCallback cb, const void* user_data);

/* ---- The archive ---------------------------------------------------------------------------------------------------------------- */

/* Puts messages into a conversation without sending them; json_msg_array: array of Message. All or none of them. Given times are kept, and
 * what is there already is not added again. cb: "".
 */
TIM_DECL int TIMMsgImportMsgList(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_array, TIMCommCallback cb, const void* user_data);

/* The same for one message; json_msg_param: Message. cb: the Message as it is now. */
TIM_DECL int TIMMsgSaveMsg(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_param, TIMCommCallback cb, const void* user_data);

/* A page of history; json_get_msg_param: MsgGetMsgListParam. cb: array of Message, the newest first, or where kTIMMsgGetMsgListParamIsForward
 * is true the oldest first.
 */
TIM_DECL int TIMMsgGetMsgList(const char* conv_id, enum TIMConvType conv_type, const char* json_get_msg_param, TIMCommCallback cb, const void* user_data);

/* json_message_id_array: array of message ids. cb: array of Message, the oldest first, each once; unknown ids are left out. Deleted and
 * recalled ones are found too (status 4 and 6).
 */
TIM_DECL int TIMMsgFindMessages(const char* json_message_id_array, TIMCommCallback cb, const void* user_data);

/* json_msg_Locator_array: array of MsgLocator, of which time, seq, rand and is_self count. cb: array of Message in the order of the
 * locators, each once; deleted and recalled ones are found too.
 */
TIM_DECL int TIMMsgFindByMsgLocatorList(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_Locator_array, TIMCommCallback cb, const void* user_data);

/* json_search_message_param: MessageSearchParam. cb: MessageSearchResult. A keyword is found inside words, whatever its case. */
TIM_DECL int TIMMsgSearchLocalMessages(const char* json_search_message_param, TIMCommCallback cb, const void* user_data);

/* Deletes one message; json_msgdel_param: MsgDeleteParam. cb: "". */
TIM_DECL int TIMMsgDelete(const char* conv_id, enum TIMConvType conv_type, const char* json_msgdel_param, TIMCommCallback cb, const void* user_data);

/* Deletes up to 50 messages, here and on the other side, once a second; json_msg_array: array of Message. cb: "". */
TIM_DECL int TIMMsgListDelete(const char* conv_id, enum TIMConvType conv_type, const char* json_msg_array, TIMCommCallback cb, const void* user_data);

/* Deletes all messages of a conversation, which itself stays. cb: "". */
TIM_DECL int TIMMsgClearHistoryMessage(const char* conv_id, enum TIMConvType conv_type, TIMCommCallback cb, const void* user_data);

/* Stores kTIMMsgCustomInt and kTIMMsgCustomStr of a message for this user alone; json_msg_param: the whole Message. cb: "". */
TIM_DECL int TIMMsgSetLocalCustomData(const char* json_msg_param, TIMCommCallback cb, const void* user_data);

/* ---- Files and bundles ---------------------------------------------------------------------------------------------------------- */

/* Gets a file of a message; json_download_elem_param: DownloadElemParam, with values of the element. path: the file that it shall become,
 * which is there only when it is whole. cb: MsgDownloadElemResult, again and again; the last time with both sizes equal, or with a code.
 */
TIM_DECL int TIMMsgDownloadElemToPath(const char* json_download_elem_param, const char* path, TIMCommCallback cb, const void* user_data);

/* Gets the messages of a bundle; json_single_msg: the Message with the element kTIMElem_Merge. cb: array of Message, as bundled. */
TIM_DECL int TIMMsgDownloadMergerMessage(const char* json_single_msg, TIMCommCallback cb, const void* user_data);

#ifdef __cplusplus
}
#endif

#endif /* MYNAH_TIM_CLOUD_H */
