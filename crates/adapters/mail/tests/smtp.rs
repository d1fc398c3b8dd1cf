//! Mail, handed to a real server on loopback.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::time::Duration;

use catalog::ports::with_causes;
use jiff::Timestamp;
use kit::smtp::{Manner, Secrecy, SmtpServer, Taken};
use mail::smtp::{Security, Smtp, SmtpConfig, SmtpError, build};
use platform::alarm::Alarm;
use platform::ports::AlarmSink;

const PASSWORD: &str = "correct horse";

fn config(server: &SmtpServer, security: Security) -> SmtpConfig {
    SmtpConfig {
        port: server.address.port(),
        security,
        root_pem: Some(server.root_pem.clone().into_bytes()),
        ..SmtpConfig::new("localhost", "Berkeleytime <bt@example.edu>", vec!["ops@example.edu".to_owned()])
    }
}

fn with_login(config: SmtpConfig) -> SmtpConfig {
    SmtpConfig { login: Some(("bt".to_owned(), PASSWORD.into())), ..config }
}

fn sink(config: &SmtpConfig) -> Smtp {
    build(config).unwrap().remove(0)
}

fn alarm(title: &str, text: &str) -> Alarm {
    let at: Timestamp = "2026-11-22T20:00:00.125Z".parse().unwrap();
    Alarm::new("part:api", at, title, text)
}

fn header<'a>(mail: &'a Taken, name: &str) -> Vec<&'a str> {
    let (headers, _) = mail.data.split_once("\n\n").unwrap();
    headers.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[tokio::test]
async fn a_mail_arrives_over_tls_of_both_kinds_with_the_login() {
    for (secrecy, security) in [(Secrecy::StartTls, Security::StartTls), (Secrecy::Tls, Security::Tls)] {
        let server = SmtpServer::start(secrecy).await;
        let sink = sink(&with_login(config(&server, security)));
        sink.send(&alarm("API: down", "Nobody answers.\nDo: bt restart api@production")).await.unwrap();
        let [mail] = server.taken().try_into().unwrap();
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("bt@example.edu", &["ops@example.edu".to_owned()][..]));
        // base64 of \0bt\0correct horse
        assert_eq!(mail.auth.as_deref(), Some("AGJ0AGNvcnJlY3QgaG9yc2U="));
        assert_eq!(header(&mail, "Subject"), ["API: down"]);
        assert_eq!(header(&mail, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(header(&mail, "Date"), ["Sun, 22 Nov 2026 20:00:00 +0000"]);
        assert!(mail.data.ends_with("\n\nNobody answers.\nDo: bt restart api@production\n"), "{}", mail.data);
    }
}

#[tokio::test]
async fn a_server_of_which_nobody_vouches_gets_nothing() {
    for (secrecy, security) in [(Secrecy::StartTls, Security::StartTls), (Secrecy::Tls, Security::Tls)] {
        let server = SmtpServer::start(secrecy).await;
        let config = SmtpConfig { root_pem: None, ..with_login(config(&server, security)) };
        let error = with_causes(&sink(&config).send(&alarm("API: down", "x")).await.unwrap_err());
        assert!(error.contains("ertificate"), "{error}");
        assert!(server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_offers_no_tls_gets_neither_mail_nor_password() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let error =
        sink(&with_login(config(&server, Security::StartTls))).send(&alarm("API: down", "x")).await.unwrap_err();
    let error = with_causes(&error);
    assert!(error.contains("STARTTLS") && error.contains("localhost:"), "{error}");
    assert!(!error.contains(PASSWORD), "{error}");
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_refusal_says_what_the_server_said_and_the_next_try_arrives() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let sink = sink(&config(&server, Security::Plain));
    for at in ["MAIL", "RCPT", "DATA", "."] {
        for answer in ["451 try again later", "550 not wanted"] {
            server.behave(Manner::Refuses(at, answer));
            let error = sink.send(&alarm("API: down", "x")).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("cannot send mail to ops@example.edu by localhost:{}", server.address.port())
            );
            assert!(with_causes(&error).contains(&answer[4..]), "{at}: {}", with_causes(&error));
        }
    }
    assert!(server.taken().is_empty());
    server.behave(Manner::Takes);
    sink.send(&alarm("API: down", "x")).await.unwrap();
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_up_or_hangs_is_an_error_in_time() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let config = SmtpConfig { limit: Duration::from_millis(200), ..config(&server, Security::Plain) };
    for at in ["EHLO", "MAIL", "RCPT", "DATA"] {
        for manner in [Manner::Drops(at), Manner::Hangs(at)] {
            server.behave(manner.clone());
            let sent = tokio::time::timeout(Duration::from_secs(5), sink(&config).send(&alarm("API: down", "x"))).await;
            assert!(sent.expect("an answer in time").is_err(), "{manner:?}");
        }
    }
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_title_cannot_add_headers_nor_a_text_end_the_mail() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let sink = sink(&config(&server, Security::Plain));
    let title = "API: down\r\nBcc: everybody@example.edu\r\n\r\nbody ü";
    sink.send(&alarm(title, "one\n.\nMAIL FROM:<x@example.edu>\r\n.\r\n\u{1b}[31mtwo")).await.unwrap();
    let [mail] = server.taken().try_into().unwrap();
    assert!(header(&mail, "Bcc").is_empty(), "{}", mail.data);
    assert_eq!((header(&mail, "Subject").len(), header(&mail, "To")), (1, vec!["ops@example.edu"]));
    assert!(mail.data.contains("\n.\n") && mail.data.contains("two"), "{}", mail.data);
    assert!(!mail.data.contains('\u{1b}'));
}

#[tokio::test]
async fn the_same_alarm_sent_again_is_the_same_mail() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let sink = sink(&config(&server, Security::Plain));
    let down = alarm("API: down", "x");
    // The server took it, and the answer was lost.
    server.behave(Manner::Drops("."));
    sink.send(&down).await.unwrap_err();
    server.behave(Manner::Takes);
    sink.send(&down).await.unwrap();
    sink.send(&Alarm { is_over: true, ..down }).await.unwrap();
    let ids: Vec<String> = server.taken().iter().map(|mail| header(mail, "Message-ID").concat()).collect();
    assert_eq!(ids[0], "<part-api.alarm.1795377600125@example.edu>");
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
}

#[tokio::test]
async fn each_address_is_a_sink_of_its_own() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let to = vec!["ops@example.edu".to_owned(), "Night <night@example.edu>".to_owned()];
    let sinks = build(&SmtpConfig { to, ..config(&server, Security::Plain) }).unwrap();
    let names: Vec<String> = sinks.iter().map(AlarmSink::name).collect();
    assert_eq!(names, ["mail to ops@example.edu", "mail to night@example.edu"]);
    for sink in &sinks {
        sink.send(&alarm("API: down", "x")).await.unwrap();
    }
    assert_eq!(server.taken()[1].to, ["night@example.edu"]);
}

#[tokio::test]
async fn a_wrong_configuration_is_refused_with_what_to_do() {
    let server = SmtpServer::start(Secrecy::Plain).await;
    let good = config(&server, Security::Plain);
    let refused = |config: SmtpConfig| build(&config).err().expect("a refusal").to_string();
    let nobody = refused(SmtpConfig { to: Vec::new(), ..good.clone() });
    assert!(nobody.contains("name at least one address"), "{nobody}");
    for bad in ["ops", "ops@example.edu, night@example.edu", "", "ops@example.edu\r\nRCPT TO:<x@example.edu>"] {
        let text = refused(SmtpConfig { to: vec![bad.to_owned()], ..good.clone() });
        assert!(text.contains("is no mail address"), "{bad}: {text}");
    }
    let clear = with_login(SmtpConfig { host: "mail.example.edu".to_owned(), ..good });
    assert!(matches!(build(&clear), Err(SmtpError::InTheClear(_))));
    assert!(!format!("{clear:?}").contains(PASSWORD));
}
