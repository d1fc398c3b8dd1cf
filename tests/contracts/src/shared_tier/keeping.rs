//! What is put is found, as it was, by its key alone.

use std::time::Duration;

use answers::key::Key;

use super::Subject;

const HOUR: Duration = Duration::from_secs(3600);

fn key(number: u64) -> Key {
    Key::of("contract", "1").number(number).finish()
}

pub(super) async fn nothing_is_there_at_first(subject: &impl Subject) {
    assert_eq!(subject.tier().get(&key(1)).await, None);
}

pub(super) async fn what_was_put_comes_back_byte_for_byte(subject: &impl Subject) {
    let every_byte: Vec<u8> = (0..=255).collect();
    for (number, bytes) in [(1, every_byte), (2, Vec::new()), (3, b"\r\n$-1\r\n".to_vec())] {
        subject.tier().put(&key(number), bytes.clone(), HOUR);
        subject.settled().await;
        assert_eq!(subject.tier().get(&key(number)).await, Some(bytes));
    }
}

pub(super) async fn the_last_one_counts(subject: &impl Subject) {
    subject.tier().put(&key(1), b"first".to_vec(), HOUR);
    subject.tier().put(&key(1), b"second".to_vec(), HOUR);
    subject.settled().await;
    assert_eq!(subject.tier().get(&key(1)).await, Some(b"second".to_vec()));
}

pub(super) async fn keys_are_told_apart(subject: &impl Subject) {
    for number in 0..100_u8 {
        subject.tier().put(&key(number.into()), vec![number], HOUR);
    }
    subject.settled().await;
    for number in 0..100_u8 {
        assert_eq!(subject.tier().get(&key(number.into())).await, Some(vec![number]));
    }
    assert_eq!(subject.tier().get(&key(100)).await, None);
}

pub(super) async fn what_has_no_life_is_not_there(subject: &impl Subject) {
    subject.tier().put(&key(1), b"gone".to_vec(), Duration::ZERO);
    subject.settled().await;
    assert_eq!(subject.tier().get(&key(1)).await, None);
}

pub(super) async fn long_answers_come_back_whole(subject: &impl Subject) {
    let long: Vec<u8> = (0..4_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    subject.tier().put(&key(1), long.clone(), HOUR);
    subject.settled().await;
    assert!(subject.tier().get(&key(1)).await == Some(long));
}

pub(super) async fn many_ask_at_once(subject: &impl Subject) {
    subject.tier().put(&key(1), b"for all".to_vec(), HOUR);
    subject.settled().await;
    let key = key(1);
    let asked = (0..64).map(|_| subject.tier().get(&key));
    for found in futures_util::future::join_all(asked).await {
        assert_eq!(found, Some(b"for all".to_vec()));
    }
}
