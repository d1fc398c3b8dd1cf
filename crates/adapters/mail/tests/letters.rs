//! Letters of alerts, handed to a real server on loopback.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::time::Duration;

use accounts::alerts::{AlertMail, MailError, Message};
use accounts::identity::EmailAddress;
use catalog::ports::with_causes;
use kit::smtp::{Manner, Secrecy, SmtpServer, Taken};
use mail::letters::{Letters, build};
use mail::smtp::{Security, SmtpConfig, SmtpError};

const LINK: &str =
    "https://a-rather-long-name.example.edu/unsubscribe?token=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn config(server: &SmtpServer, security: Security) -> SmtpConfig {
    SmtpConfig {
        port: server.address.port(),
        security,
        limit: Duration::from_millis(500),
        root_pem: Some(server.root_pem.clone().into_bytes()),
        ..SmtpConfig::new("localhost", "Berkeleytime <bt@example.edu>", Vec::new())
    }
}

fn letters(server: &SmtpServer) -> Letters {
    build(&config(server, Security::Plain)).unwrap()
}

fn letter(subject: &str, text: &str) -> Message {
    Message {
        to: EmailAddress::parse("oski@berkeley.edu").unwrap(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: format!("<p>{text}</p>"),
        key: "alert.7.1790000000000".to_owned(),
        at: "2026-11-22T20:00:00Z".parse().unwrap(),
        unsubscribe: LINK.to_owned(),
    }
}

fn headers(mail: &Taken) -> String {
    mail.data.split_once("\n\n").unwrap().0.replace("\n ", " ").replace("\n\t", " ")
}

fn header(mail: &Taken, name: &str) -> Vec<String> {
    headers(mail).lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_letter_is_one_mail_in_two_forms_with_a_way_out_and_the_same_name_each_time() {
    let server = SmtpServer::start(Secrecy::StartTls).await;
    let letters = build(&config(&server, Security::StartTls)).unwrap();
    for _ in 0..2 {
        letters.send(&letter("COMPSCI 61A LEC 001: a seat is open to anyone", "One seat.")).await.unwrap();
    }
    let [mail, again] = server.taken().try_into().unwrap();
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("bt@example.edu", &["oski@berkeley.edu".to_owned()][..]));
    assert_eq!(header(&mail, "Subject"), ["COMPSCI 61A LEC 001: a seat is open to anyone"]);
    assert_eq!(header(&mail, "Message-ID"), ["<alert.7.1790000000000@example.edu>"]);
    assert_eq!(header(&mail, "Message-ID"), header(&again, "Message-ID"));
    assert_eq!(header(&mail, "Date"), ["Sun, 22 Nov 2026 20:00:00 +0000"]);
    assert_eq!(header(&mail, "List-Unsubscribe").concat().trim(), format!("<{LINK}>"));
    assert_eq!(header(&mail, "List-Unsubscribe-Post"), ["List-Unsubscribe=One-Click"]);
    assert_eq!(header(&mail, "Auto-Submitted"), ["auto-generated"]);
    assert!(mail.data.contains("text/plain") && mail.data.contains("<p>One seat.</p>"), "{}", mail.data);
}

#[tokio::test]
async fn a_hostile_line_adds_no_header_and_ends_no_mail() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let subject = "ü: open\r\nBcc: everybody@example.edu\r\n\r\nbody";
    letters(&server).send(&letter(subject, "one\n.\nQUIT\n")).await.unwrap();
    let [mail] = server.taken().try_into().unwrap();
    assert_eq!(mail.to, ["oski@berkeley.edu"]);
    assert!(!headers(&mail).lines().any(|line| line.starts_with("Bcc")), "{}", mail.data);
    assert!(mail.data.contains("\n.\nQUIT"), "{}", mail.data);
}

/// What an answer means for a letter.
fn meaning(error: &MailError) -> &'static str {
    match error {
        MailError::Unreachable(_) => "away",
        MailError::NotNow(_) => "later",
        MailError::Never(_) => "never",
    }
}

#[tokio::test]
async fn answers_about_the_receiver_are_told_from_answers_about_us() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let letters = letters(&server);
    let table = [
        ("RCPT", "550 no oski@berkeley.edu here", "never"),
        ("RCPT", "551 not local", "never"),
        ("RCPT", "553 mailbox name not allowed", "never"),
        (".", "552 too much mail", "never"),
        ("RCPT", "450 mailbox busy", "later"),
        ("RCPT", "451 greylisted oski@berkeley.edu", "later"),
        ("RCPT", "452 out of space", "later"),
        (".", "554 looks like spam", "later"),
        ("MAIL", "421 closing", "away"),
        ("MAIL", "530 authentication required", "away"),
        ("EHLO", "554 no service", "later"),
    ];
    for (at, answer, expected) in table {
        server.behave(Manner::Refuses(at, answer));
        let error = letters.send(&letter("a seat", "x")).await.unwrap_err();
        assert_eq!(meaning(&error), expected, "{at} {answer}: {error:?}");
        let told = with_causes(&error);
        assert!(!told.contains("oski") && !told.contains(LINK), "{told}");
    }
    for at in ["EHLO", "MAIL", "RCPT", "DATA"] {
        for manner in [Manner::Drops(at), Manner::Hangs(at)] {
            server.behave(manner.clone());
            let sent = tokio::time::timeout(Duration::from_secs(5), letters.send(&letter("a seat", "x"))).await;
            assert_eq!(meaning(&sent.expect("an answer in time").unwrap_err()), "away", "{manner:?}");
        }
    }
    assert!(server.taken().is_empty());
    server.behave(Manner::Takes);
    letters.send(&letter("a seat", "x")).await.unwrap();
}

#[tokio::test]
async fn a_password_goes_nowhere_in_the_clear() {
    let config = SmtpConfig {
        security: Security::Plain,
        login: Some(("bt".to_owned(), "correct horse".into())),
        ..SmtpConfig::new("mail.example.edu", "bt@example.edu", Vec::new())
    };
    assert!(matches!(build(&config), Err(SmtpError::InTheClear(_))));
    let nobody = SmtpConfig::new("mail.example.edu", "nobody", Vec::new());
    assert!(matches!(build(&nobody), Err(SmtpError::Address { .. })));
}
