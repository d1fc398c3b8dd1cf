//! Reports of mistakes, handed to a real server on loopback.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::time::Duration;

use accounts::alerts::MailError;
use accounts::report_mail::{ReportMail, ReportMessage};
use catalog::ports::with_causes;
use kit::smtp::{Manner, Secrecy, SmtpServer, Taken};
use mail::reports::{Reports, build};
use mail::smtp::{MailAddress, Security, SmtpConfig, SmtpError};

fn config(server: &SmtpServer) -> SmtpConfig {
    SmtpConfig {
        port: server.address.port(),
        security: Security::Plain,
        limit: Duration::from_millis(500),
        ..SmtpConfig::new("localhost", "Berkeleytime <bt@example.edu>", Vec::new())
    }
}

fn reports(server: &SmtpServer) -> Reports {
    build(&config(server), &"Team <team@example.edu>".parse().unwrap()).unwrap()
}

fn report(subject: &str, text: &str, contact: Option<&str>) -> ReportMessage {
    ReportMessage {
        subject: subject.to_owned(),
        text: text.to_owned(),
        contact: contact.map(str::to_owned),
        key: "report.7.1790000000000".to_owned(),
        at: "2026-11-22T20:00:00Z".parse().unwrap(),
    }
}

fn header(mail: &Taken, name: &str) -> Vec<String> {
    let headers = mail.data.split_once("\n\n").unwrap().0.replace("\n ", " ");
    headers.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_report_goes_to_the_team_whole_and_an_answer_to_whoever_wrote_it() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let text = format!("{}\n.\nthe end", "wrong-".repeat(600));
    reports(&server).send(&report("Mistake reported: /catalog", &text, Some(" oski@example.org "))).await.unwrap();
    let [mail] = server.taken().try_into().unwrap();
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("bt@example.edu", &["team@example.edu".to_owned()][..]));
    assert_eq!(header(&mail, "Subject"), ["Mistake reported: /catalog"]);
    assert_eq!(header(&mail, "Reply-To"), ["oski@example.org"]);
    assert_eq!(header(&mail, "Message-ID"), ["<report.7.1790000000000@example.edu>"]);
    assert_eq!(header(&mail, "Auto-Submitted"), ["auto-generated"]);
    assert_eq!(mail.data.replace("=\n", "").matches("wrong-").count(), 600, "nothing of it is cut off");
    assert!(mail.data.trim_end().ends_with("\n.\nthe end"), "{}", mail.data);
}

#[tokio::test]
async fn nothing_that_was_typed_becomes_a_header_or_a_receiver() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let hostile = "/x\r\nBcc: everybody@example.edu\r\n\r\nbody";
    let contacts = [
        "a@example.edu\r\nBcc: everybody@example.edu",
        "a@example.edu, b@example.edu",
        "Dean <dean@example.edu>",
        "call me",
        "a@example.edu>\nX: y",
    ];
    for contact in contacts {
        reports(&server).send(&report(hostile, hostile, Some(contact))).await.unwrap();
    }
    for mail in server.taken() {
        assert_eq!(mail.to, ["team@example.edu"]);
        assert_eq!(
            (header(&mail, "Bcc"), header(&mail, "Reply-To"), header(&mail, "X")),
            (vec![], vec![], vec![]),
            "{}",
            mail.data
        );
    }
}

#[tokio::test]
async fn what_a_server_says_never_tells_the_address() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    server.behave(Manner::Refuses("RCPT", "550 no team@example.edu here"));
    let error = reports(&server).send(&report("x", "x", None)).await.unwrap_err();
    assert!(matches!(error, MailError::Never(_)));
    assert!(with_causes(&error).contains("no the address here"), "{}", with_causes(&error));
    assert!(matches!("nobody".parse::<MailAddress>(), Err(SmtpError::Address { .. })));
}
