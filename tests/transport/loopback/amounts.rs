//! How much comes at once where messages may be large.

use mynah::model::Message;
use mynah::transport::loopback::{Hub, HubOptions};
use mynah::transport::{Parcel, RoamingRequest, Transport};

use super::super::world::{all_of, message, said, with};

#[tokio::test(start_paused = true)]
async fn large_messages_come_a_few_at_a_time_and_all_of_them() {
    let hub = Hub::with_options(HubOptions::new().message_bytes(None));
    let (alice, bob) = (hub.account("alice"), hub.account("bob"));
    for rand in 1..=20 {
        let message: Message = said("alice", rand, &"x".repeat(1 << 20));
        alice.publish(Parcel::Message { to: with("bob"), message }).await.unwrap();
    }
    let mut rands = Vec::new();
    while rands.len() < 20 {
        let delivery = bob.receive(100).await.unwrap();
        assert!(delivery.incoming.len() <= 9, "{} MiB at once", delivery.incoming.len());
        rands.extend(delivery.incoming.iter().map(|one| message(one).rand));
        bob.confirm(delivery.cursor).await.unwrap();
    }
    assert!(rands.into_iter().eq(1..=20));
    let mut request: RoamingRequest = all_of(&with("alice"), 100);
    let mut rands = Vec::new();
    loop {
        let page = bob.roam(request.clone()).await.unwrap();
        assert!(page.messages.len() <= 9);
        rands.extend(page.messages.iter().map(|message| message.rand));
        request.cursor = page.next;
        if request.cursor.is_none() {
            break;
        }
    }
    assert!(rands.into_iter().eq(1..=20));
}
