/* Two processes on one machine: what one does, the other is told. */
#include "peer.h"
#include "phases.h"
#include "world.h"

#include <string.h>

void two_processes_talk(void) {
    keep_diary();
    start();
    login("alice");
    total_unread();
    struct peer bob = peer_start("bob");

    /* A message arrives and counts. */
    char *id = peer_do(&bob, "say alice hello alice");
    char *arrived = json_at(diary_wait(ARRIVED, 0), 0);
    CHECK_TEXT(json_text(arrived, kTIMMsgMsgId), id);
    CHECK_TEXT(json_text(arrived, kTIMMsgConvId), "bob");
    CHECK(!json_bool(arrived, kTIMMsgIsFormSelf) && !json_bool(arrived, kTIMMsgIsRead));
    CHECK_TEXT(text_of(arrived), "hello alice");
    note_answer("message", arrived);
    CHECK_INT(json_int(conversation("bob", kTIMConv_C2C), kTIMConvUnReadNum), 1);
    CHECK_INT(total_unread(), 1);

    /* The other way, until it was heard; then it is read there, which is told here. */
    char *sent = say("bob", kTIMConv_C2C, "hello bob");
    CHECK_TEXT(peer_do(&bob, "wait alice hello bob"), "ok");
    CHECK_TEXT(peer_do(&bob, "read alice"), "ok");
    char *receipt = json_at(diary_wait(READ, 0), 0);
    CHECK_TEXT(json_text(receipt, kTIMMsgReceiptConvId), "bob");
    CHECK(json_int(receipt, kTIMMsgReceiptTimeStamp) >= json_int(sent, kTIMMsgServerTime));
    CHECK(json_bool(by_id(json_text(sent, kTIMMsgMsgId)), kTIMMsgIsPeerRead));
    note_answer("receipts", diary_wait(READ, 0));

    /* What was said is changed, and taken back. */
    CHECK_TEXT(peer_do(&bob, "change alice %s", id), "ok");
    CHECK_TEXT(text_of(json_at(diary_wait(CHANGED, 0), 0)), "changed");
    CHECK_TEXT(peer_do(&bob, "recall alice %s", id), "ok");
    char *recalled = json_at(diary_wait(RECALLED, 0), 0);
    CHECK_TEXT(json_text(recalled, kTIMMsgLocatorConvId), "bob");
    CHECK_INT(json_int(recalled, kTIMMsgLocatorTime), json_int(arrived, kTIMMsgServerTime));
    CHECK_INT(json_int(recalled, kTIMMsgLocatorSeq), json_int(arrived, kTIMMsgSeq));
    CHECK_INT(json_int(recalled, kTIMMsgLocatorRand), json_int(arrived, kTIMMsgRand));
    CHECK(json_int(recalled, kTIMMsgLocatorUniqueId) == json_int(arrived, kTIMMsgUniqueId));
    CHECK(!json_bool(recalled, kTIMMsgLocatorIsSelf));
    CHECK_INT(json_int(by_id(id), kTIMMsgStatus), kTIMMsg_Revoked);
    note_answer("locators", diary_wait(RECALLED, 0));

    /* What waited while nobody was there comes at the login, between a start and a finish of conversations. */
    logout();
    peer_do(&bob, "say alice later");
    size_t before = diary_count(ARRIVED);
    login("alice");
    CHECK_TEXT(text_of(json_at(diary_wait(ARRIVED, before), 0)), "later");
    CHECK(diary_count(NETWORK) > 0);
    CHECK_INT(json_int(diary_wait(NETWORK, 0), "code"), 0);

    /* What was removed is not called any more. */
    close_diary();
    peer_do(&bob, "say alice unheard");
    struct answer answer = ANSWER;
    EXPECT_ANSWER(&answer, TIMMsgMarkAllMessageAsRead(answer_take, &answer), ERR_SUCC);
    answer_clear(&answer);
    CHECK_INT(diary_count(ARRIVED), 0);
    peer_end(&bob);
    finish();
}
