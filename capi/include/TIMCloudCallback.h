/* The functions of a program that the library calls.
 *
 * All of them are called by one thread of the library, one after the other, never from inside a call of a TIM function. TIM functions may
 * be called in them, TIMUninit too. Texts belong to the library and are valid until the function returns: copy what is to be kept. They are
 * UTF-8, end with a NUL, and are never NULL. `user_data` is the pointer that was given with the function, untouched. A function that
 * takes long makes the others wait, and nothing else. It must not throw or jump out.
 */
#ifndef MYNAH_TIM_CLOUD_CALLBACK_H
#define MYNAH_TIM_CLOUD_CALLBACK_H

#include "TIMCloudDef.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a call ended. Comes exactly once after a call that returned TIM_SUCC, repeatedly for downloads.
 * code: 0, or a number of TIMErrorCode.h. desc: what went wrong, for people. json_params: what was asked for, as said with the function;
 * compact JSON, exactly [] where a list has nothing, "" where there is nothing to say.
 */
typedef void (*TIMCommCallback)(int32_t code, const char* desc, const char* json_params, const void* user_data);

/* Messages have arrived. json_msg_array: array of Message. */
typedef void (*TIMRecvNewMsgCallback)(const char* json_msg_array, const void* user_data);

/* Peers have read messages. json_msg_readed_receipt_array: array of MessageReceipt. */
typedef void (*TIMMsgReadedReceiptCallback)(const char* json_msg_readed_receipt_array, const void* user_data);

/* Messages were recalled. json_msg_locator_array: array of MsgLocator. */
typedef void (*TIMMsgRevokeCallback)(const char* json_msg_locator_array, const void* user_data);

/* A file is on its way. json_msg: its Message; index: which element; sizes in bytes. */
typedef void (*TIMMsgElemUploadProgressCallback)(const char* json_msg, uint32_t index, uint32_t cur_size, uint32_t total_size, const void* user_data);

/* Messages were changed by TIMMsgModifyMessage, here or elsewhere. json_msg_array: array of Message. */
typedef void (*TIMMsgUpdateCallback)(const char* json_msg_array, const void* user_data);

/* Something happened in a group. json_group_tip: one GroupTipsElem. */
typedef void (*TIMGroupTipsEventCallback)(const char* json_group_tip, const void* user_data);

/* Attributes of a group were changed. The hub on this machine knows no group attributes, so it is never called with it. */
typedef void (*TIMGroupAttributeChangedCallback)(const char* group_id, const char* json_group_attribute_array, const void* user_data);

/* Conversations were added, changed or deleted. json_conv_array: array of ConvInfo; "" for Start and Finish. */
typedef void (*TIMConvEventCallback)(enum TIMConvEvent conv_event, const char* json_conv_array, const void* user_data);

/* How many messages are unread in all conversations that count. */
typedef void (*TIMConvTotalUnreadMessageCountChangedCallback)(int total_unread_count, const void* user_data);

/* Whether the other side can be reached. */
typedef void (*TIMNetworkStatusListenerCallback)(enum TIMNetworkStatus status, int32_t code, const char* desc, const void* user_data);

/* The same user has logged in elsewhere, and is logged out here. */
typedef void (*TIMKickedOfflineCallback)(const void* user_data);

/* The user signature is not valid any more. The hub on this machine asks for none, so it is never called with it. */
typedef void (*TIMUserSigExpiredCallback)(const void* user_data);

/* A line of the log. It never contains what people wrote. */
typedef void (*TIMLogCallback)(enum TIMLogLevel level, const char* log, const void* user_data);

#ifdef __cplusplus
}
#endif

#endif /* MYNAH_TIM_CLOUD_CALLBACK_H */
