/* Numbers that callbacks are given as `code`. 0 is success; `desc` says more about any other one. Which of them this library gives is said
 * with its functions; the others are here for programs that compare with them.
 */
#ifndef MYNAH_TIM_ERROR_CODE_H
#define MYNAH_TIM_ERROR_CODE_H

typedef enum TIMErrCode {
    /* Client. */
    ERR_SUCC = 0, /* no error */
    ERR_PARSE_RESPONSE_FAILED = 6001, /* server reply could not be parsed */
    ERR_SERIALIZE_REQ_FAILED = 6002, /* request could not be serialised */
    ERR_NO_SUCC_RESULT = 6003, /* batch call: not one item succeeded */
    ERR_LOADMSG_FAILED = 6005, /* reading the local database failed (file may be damaged) */
    ERR_HTTP_REQ_FAILED = 6010, /* HTTP request failed (check URL) */
    ERR_TO_USER_INVALID = 6011, /* receiver not valid */
    ERR_REQUEST_TIME_OUT = 6012, /* request timed out */
    ERR_SDK_NOT_INITIALIZED = 6013, /* not initialised */
    ERR_SDK_NOT_LOGGED_IN = 6014, /* not logged in, or kicked off */
    ERR_IN_PROGESS = 6015, /* same call still running; wait for its callback */
    ERR_INVALID_MSG_ELEM = 6016, /* element of the message is invalid; desc names the field */
    ERR_INVALID_PARAMETERS = 6017, /* a parameter is invalid; desc names it */
    ERR_INIT_CORE_FAIL = 6018, /* core module failed to start */
    ERR_DATABASE_OPERATE_FAILED = 6019, /* local database operation failed */
    ERR_EXPIRED_SESSION_NODE = 6020, /* session node is null */
    ERR_INVALID_SDK_OBJECT = 6021, /* invalid object, e.g. caller-built image object */
    ERR_IO_OPERATION_FAILED = 6022, /* local file I/O failed (rights, disk full) */
    ERR_LOGGED_OUT_BEFORE_LOGIN_FINISHED = 6023, /* logged out before login finished */
    ERR_NO_PREVIOUS_LOGIN = 6026, /* no earlier login for this user */
    ERR_INVALID_JSON = 6027, /* bad JSON; desc names the field */
    ERR_OUT_OF_MEMORY = 6028, /* out of memory */
    ERR_HTTP_NO_CLEARTEXT_TRAFFIC_PERMISSION = 6029, /* platform forbids plain http */
    ERR_INVALID_MSG_RECEIVER = 6032, /* receiver does not exist */
    ERR_SDK_COMM_CROSS_THREAD = 7001, /* used from the wrong thread */
    ERR_SDK_COMM_TINYID_EMPTY = 7002, /* tinyID empty */
    ERR_SDK_COMM_INVALID_IDENTIFIER = 7003, /* userID invalid: must be non-empty printable ASCII 0x20-0x7e, 32 bytes at most */
    ERR_SDK_COMM_FILE_NOT_FOUND = 7004, /* file does not exist */
    ERR_SDK_COMM_FILE_TOO_LARGE = 7005, /* file too large (28 MB image/sound, 100 MB video/file) */
    ERR_SDK_COMM_FILE_SIZE_EMPTY = 7006, /* file is empty */
    ERR_SDK_COMM_FILE_OPEN_FAILED = 7007, /* file cannot be opened */
    ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT = 7008, /* this API was called too often */
    ERR_SDK_COMM_INTERRUPT = 7009, /* interrupted, e.g. TIMUninit during login */
    ERR_SDK_COMM_DATABASE_FAILURE = 7010, /* local database failure */
    ERR_SDK_COMM_DATABASE_NOTFOUND = 7011, /* record not found in the local database */
    ERR_SDK_INTERNAL_ERROR = 7012, /* internal error */
    ERR_SDK_INTERFACE_NOT_SUPPORT = 7013, /* plan does not include this feature */
    ERR_SDK_INVALID_OPERATION = 7014, /* illegal request */
    ERR_SDK_BLOCKED_BY_SENSITIVE_WORD = 7015, /* blocked by local sensitive-word check */

    /* Account. */
    ERR_USER_SIG_EXPIRED = 6206, /* user signature expired */
    ERR_LOGIN_KICKED_OFF_BY_OTHER = 6208, /* kicked off by another login */
    ERR_SDK_ACCOUNT_LOGIN_IN_PROCESS = 7501, /* login already running */
    ERR_SDK_ACCOUNT_LOGOUT_IN_PROCESS = 7502, /* logout already running */
    ERR_SVR_ACCOUNT_USERSIG_EXPIRED = 70001, /* user signature expired (server) */
    ERR_SVR_ACCOUNT_USERSIG_CHECK_FAILED = 70003, /* user signature check failed */
    ERR_SVR_ACCOUNT_USERSIG_MISMATCH_ID = 70013, /* user signature belongs to another userID */
    ERR_SVR_ACCOUNT_USERSIG_MISMATCH_SDKAPPID = 70014, /* user signature belongs to another SDKAppID */
    ERR_SVR_ACCOUNT_NOT_FOUND = 70107, /* account does not exist */
    ERR_SDK_HAD_INITIALIZED = 90101, /* already initialised */

    /* Messages. */
    ERR_INVALID_CONVERSATION = 6004, /* conversation invalid (also when not logged in) */
    ERR_FILE_TRANS_AUTH_FAILED = 6006, /* file transfer not authorised */
    ERR_FILE_TRANS_NO_SERVER = 6007, /* no file server */
    ERR_FILE_TRANS_UPLOAD_FAILED = 6008, /* upload failed */
    ERR_FILE_TRANS_DOWNLOAD_FAILED = 6009, /* download failed (network, or file expired) */
    ERR_IMAGE_UPLOAD_FAILED_NOTIMAGE = 6031, /* uploaded picture is not a picture */
    ERR_REQ_NO_NET_ON_REQ = 6200, /* no network when sending the request */
    ERR_REQ_NO_NET_ON_RSP = 6201, /* no network when waiting for the reply */
    ERR_USER_CANCELED = 6222, /* cancelled by the user */
    ERR_REVOKE_TIME_LIMIT_EXCEED = 6223, /* revoke: time limit passed, 2 minutes by default */
    ERR_SDK_MSG_BODY_SIZE_LIMIT = 8001, /* message too large: the limit is 12 KB */
    ERR_SDK_MSG_KEY_REQ_DIFFER_RSP = 8002, /* request/response keys differ */
    ERR_SDK_IMAGE_CONVERT_ERROR = 8003, /* image conversion request failed */
    ERR_SDK_IMAGE_CI_BLOCK = 8004, /* image conversion blocked by content check */
    ERR_MERGER_MSG_LAYERS_OVER_LIMIT = 8005, /* merged messages nested more than 100 deep */
    ERR_SDK_MSG_MODIFY_CONFLICT = 8006, /* modify conflict: somebody changed the message first */
    ERR_SDK_SIGNALING_INVALID_INVITE_ID = 8010, /* signalling: invitation id unknown or already handled */
    ERR_SDK_SIGNALING_NO_PERMISSION = 8011, /* signalling: not permitted */
    ERR_SDK_SIGNALING_ALREADY_EXISTS = 8012, /* signalling: invitation already exists */
    ERR_SDK_INVALID_CANCEL_MESSAGE = 8020, /* cancel: message does not exist or is already sent */
    ERR_SDK_SEND_MESSAGE_FAILED_WITH_CANCEL = 8021, /* send failed because it was cancelled */

    /* Groups. */
    ERR_SDK_GROUP_INVALID_ID = 8501, /* groupID invalid */
    ERR_SDK_GROUP_MEMBER_COUNT_LIMIT = 8507, /* too many members */
    ERR_SDK_GROUP_ATTR_FREQUENCY_LIMIT = 8511, /* group attribute calls too frequent */
    ERR_SDK_GROUP_GET_GROUPS_INFO_LIMIT = 8513, /* group profile calls: 1 per second */
    ERR_SDK_GROUP_GET_JOINED_GROUP_LIMIT = 8514, /* joined-group list calls: 1 per second */

    /* Network. */
    ERR_SDK_NET_ENCODE_FAILED = 9501, /* encryption failed */
    ERR_SDK_NET_DECODE_FAILED = 9502, /* decryption failed */
    ERR_SDK_NET_AUTH_INVALID = 9503, /* login not complete */
    ERR_SDK_NET_FREQ_LIMIT = 9506, /* more than 5 requests per second */
    ERR_SDK_NET_REQ_COUNT_LIMIT = 9507, /* more than 1000 requests in flight */
    ERR_SDK_NET_DISCONNECT = 9508, /* no network / not connected */
    ERR_SDK_NET_CONN_TIMEOUT = 9510, /* connect timeout */
    ERR_SDK_NET_CONN_REFUSE = 9511, /* server refused the connection */
    ERR_SDK_NET_NET_UNREACH = 9512, /* no route */
    ERR_SDK_NET_WAIT_INQUEUE_TIMEOUT = 9518, /* waited too long for the send queue */
    ERR_SDK_NET_WAIT_SEND_TIMEOUT = 9519, /* in queue, not written to the OS in time */
    ERR_SDK_NET_WAIT_ACK_TIMEOUT = 9520, /* written, no server reply in time */
    ERR_SDK_NET_WAIT_SEND_REMAINING_TIMEOUT = 9521, /* partly written, rest timed out */
    ERR_SDK_NET_PKG_SIZE_LIMIT = 9522, /* packet larger than 1 MB */
    ERR_SDK_NET_WAIT_SEND_TIMEOUT_NO_NETWORK = 9523, /* send timeout, no network */
    ERR_SDK_NET_WAIT_ACK_TIMEOUT_NO_NETWORK = 9524, /* reply timeout, no network */
    ERR_SDK_NET_SEND_REMAINING_TIMEOUT_NO_NETWORK = 9525, /* partial send timeout, no network */

    /* The other side: one-to-one. */
    ERR_SVR_MSG_PKG_PARSE_FAILED = 20001, /* request malformed */
    ERR_SVR_MSG_INTERNAL_AUTH_FAILED = 20002, /* authentication failed */
    ERR_SVR_MSG_INVALID_ID = 20003, /* sender or receiver account not valid / not imported */
    ERR_SVR_MSG_NET_ERROR = 20004, /* network error */
    ERR_SVR_MSG_INTERNAL_ERROR1 = 20005, /* server error */
    ERR_SVR_MSG_PUSH_DENY = 20006, /* app server vetoed the message (before-send callback) */
    ERR_SVR_MSG_IN_PEER_BLACKLIST = 20007, /* receiver has blocked the sender */
    ERR_SVR_MSG_BOTH_NOT_FRIEND = 20009, /* not friends of each other (only when friend check is on) */
    ERR_SVR_MSG_NOT_PEER_FRIEND = 20010, /* sender is not in the receiver's friend list */
    ERR_SVR_MSG_NOT_SELF_FRIEND = 20011, /* receiver is not in the sender's friend list */
    ERR_SVR_MSG_SHUTUP_DENY = 20012, /* sender muted */
    ERR_SVR_MSG_REVOKE_TIME_LIMIT = 20016, /* revoke: time limit passed, 2 minutes by default */
    ERR_SVR_MSG_DEL_RAMBLE_INTERNAL_ERROR = 20018, /* deleting roaming messages failed */

    /* The other side: groups. */
    ERR_SVR_GROUP_INTERNAL_ERROR = 10002, /* server error */
    ERR_SVR_GROUP_API_NAME_ERROR = 10003, /* wrong interface name */
    ERR_SVR_GROUP_INVALID_PARAMETERS = 10004, /* parameter invalid */
    ERR_SVR_GROUP_ACOUNT_COUNT_LIMIT = 10005, /* too many accounts in one request */
    ERR_SVR_GROUP_FREQ_LIMIT = 10006, /* too frequent */
    ERR_SVR_GROUP_PERMISSION_DENY = 10007, /* not permitted (role too low) */
    ERR_SVR_GROUP_NOT_FOUND = 10010, /* group does not exist (any more) */
    ERR_SVR_GROUP_JSON_PARSE_FAILED = 10011, /* JSON error */
    ERR_SVR_GROUP_INVALID_ID = 10012, /* operator id invalid */
    ERR_SVR_GROUP_INVALID_GROUPID = 10015, /* groupID invalid */
    ERR_SVR_GROUP_REJECT_FROM_THIRDPARTY = 10016, /* app server vetoed */
    ERR_SVR_GROUP_SHUTUP_DENY = 10017, /* sender muted */
    ERR_SVR_GROUP_RSP_SIZE_LIMIT = 10018, /* reply would exceed 1 MB */
    ERR_SVR_GROUP_ACCOUNT_NOT_FOUND = 10019, /* user does not exist */
    ERR_SVR_GROUP_SEND_MSG_FREQ_LIMIT = 10023, /* message rate exceeded */
    ERR_SVR_GROUP_REVOKE_MSG_NOT_FOUND = 10030, /* revoke: no such message */
    ERR_SVR_GROUP_REVOKE_MSG_TIME_LIMIT = 10031, /* revoke: time limit passed */
    ERR_SVR_GROUP_REVOKE_MSG_DENY = 10032, /* revoke: message cannot be revoked */
    ERR_SVR_GROUP_NOT_ALLOW_REVOKE_MSG = 10033, /* revoke: group type does not support it */
    ERR_SVR_GROUP_REMOVE_MSG_DENY = 10034, /* this message type cannot be deleted */
    ERR_SVR_GROUP_NOT_ALLOW_REMOVE_MSG = 10035, /* AVChatRoom/BChatRoom: messages cannot be deleted */
    ERR_SVR_GROUP_COUNT_LIMIT = 10037, /* too many groups for one user */
    ERR_SVR_GROUP_MEMBER_COUNT_LIMIT = 10038, /* member limit */

    /* The other side: files, content, everything else. */
    ERR_SVR_RES_NOT_FOUND = 114000, /* resource to send not found */
    ERR_SVR_RES_ACCESS_DENY = 114001, /* resource not accessible */
    ERR_SVR_RES_SIZE_LIMIT = 114002, /* too large */
    ERR_SVR_RES_SEND_CANCEL = 114003, /* sending cancelled, e.g. logout */
    ERR_SVR_RES_READ_FAILED = 114004, /* read error */
    ERR_SVR_RES_TRANSFER_TIMEOUT = 114005, /* transfer timeout */
    ERR_SVR_RES_INVALID_PARAMETERS = 114011, /* parameter invalid */
    ERR_SVR_RES_INVALID_FILE_MD5 = 115066, /* file MD5 wrong */
    ERR_SVR_RES_INVALID_PART_MD5 = 115068, /* part MD5 wrong */
    ERR_SVR_COMM_REQ_JSON_PARSE_FAILED = 60003, /* request JSON error */
    ERR_SVR_COMM_INVALID_SDKAPPID = 60006, /* SDKAppID invalid */
    ERR_SVR_COMM_REQUEST_TIMEOUT = 60008, /* server timeout */
    ERR_SVR_COMM_REQ_FREQ_LIMIT = 60018, /* too frequent */
    ERR_SVR_COMM_INVALID_SERVICE = 60020, /* feature/plan not bought or not active (cloud search returns this) */
    ERR_SVR_COMM_SENSITIVE_TEXT = 80001, /* text rejected by content check */
    ERR_SVR_COMM_BODY_SIZE_LIMIT = 80002, /* body too long for the server */
    ERR_SVR_COMM_PRE_HOOK_FAILED = 80003, /* app callback before send failed or timed out */
    ERR_SVR_COMM_SENSITIVE_IMAGE = 80004, /* image rejected by content check */
    ERR_REQ_CONTENT_ATTACK = 80101, /* content rejected */
    ERR_SVR_MSG_JSON_PARSE_FAILED = 90001, /* JSON error */
    ERR_SVR_MSG_INVALID_JSON_BODY_FORMAT = 90002, /* MsgBody not as described */
    ERR_SVR_MSG_INVALID_TO_ACCOUNT = 90003, /* To_Account missing */
    ERR_SVR_MSG_INVALID_RAND = 90005, /* MsgRandom missing */
    ERR_SVR_MSG_INVALID_TIMESTAMP = 90006, /* MsgTimeStamp missing */
    ERR_SVR_MSG_INVALID_JSON_FORMAT = 90010, /* message format wrong */
    ERR_SVR_MSG_TO_ACCOUNT_COUNT_LIMIT = 90011, /* more than 500 receivers in a batch */
    ERR_SVR_MSG_TO_ACCOUNT_NOT_FOUND = 90012, /* receiver not registered */
    ERR_SVR_MSG_TIME_LIMIT = 90026, /* offline keeping longer than 7 days */
    ERR_SVR_MSG_ACCOUNT_NOT_FOUND = 90048, /* account does not exist */
    ERR_SVR_MSG_INTERNAL_ERROR5 = 90992, /* server error */
    ERR_SVR_MSG_INTERNAL_ERROR2 = 90994, /* server error */
    ERR_SVR_MSG_INTERNAL_ERROR3 = 90995, /* server error */
    ERR_SVR_MSG_INTERNAL_ERROR4 = 91000, /* server error */
    ERR_SVR_MSG_BODY_SIZE_LIMIT = 93000, /* packet longer than 8 KB */

    /* The other side: conversations. */
    ERR_SVR_CONV_CONV_MARK_REQ_COUNT_EXCEED_LIMIT = 51006, /* more than 100 conversations in one call */
    ERR_SVR_CONV_CONV_MARK_OPERATE_FAILED = 51007, /* operation failed */
    ERR_SVR_CONV_CONV_MARK_TOTAL_COUNT_EXCEED_LIMIT = 51008, /* more than 1000 conversations in all */
    ERR_SVR_CONV_CONV_GROUP_NOT_EXIST = 51009, /* conversation group does not exist */
    ERR_SVR_CONV_CONV_GROUP_TOTAL_COUNT_EXCEED_LIMIT = 51010, /* more than 20 conversation groups */
    ERR_SVR_CONV_CONV_GROUP_NAME_EXCEED_LENGTH = 51011 /* name longer than 32 bytes */
} TIMErrCode;

#endif /* MYNAH_TIM_ERROR_CODE_H */
