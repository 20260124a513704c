//! Mail through a real server: what is sent is what arrives, and what goes wrong is told apart.

use std::net::TcpListener;

use daybook_portal::{Brand, Letter, Mail, MailConfig, MailError, Mailer, Paragraph};
use daybook_testkit::{MailServer, START};

fn mailer(url: &str) -> Mailer {
    Mailer::new(MailConfig::parse(url, "Räder & Co <portal@example.com>").unwrap())
}

fn mail() -> Mail {
    let link = "https://portal.example.com/invitations/a-secret-that-is-longer-than-one-line-of-a-message-may-be-0123456789";
    let brand = Brand { name: "Açme".to_owned(), logo_url: None, color: Some("#0f6b5c".to_owned()) };
    let open = Paragraph::Link { label: "Join".to_owned(), url: link.to_owned() };
    let paragraphs = vec![Paragraph::Text("Hello,".to_owned()), open];
    Letter { subject: "Your invitation to Açme".to_owned(), paragraphs }.mail("bob@example.com", &brand)
}

#[tokio::test]
async fn what_is_sent_arrives() {
    let server = MailServer::start();
    let mailer = mailer(&server.url());
    mailer.check().await.unwrap();
    assert_eq!(server.mail(), [], "a check sends nothing");
    mailer.send(&mail(), START).await.unwrap();
    mailer.send(&Mail { subject: "Second".to_owned(), ..mail() }, START).await.unwrap();

    let arrived = server.wait_for_mail(2).await;
    let first = &arrived[0];
    assert_eq!(first.to, "bob@example.com");
    assert!(first.from.ends_with("<portal@example.com>"), "{}", first.from);
    assert_eq!(first.subject, "Your invitation to Açme");
    assert_eq!(first.text.trim_end(), mail().text.trim_end());
    assert_eq!(first.html.trim_end(), mail().html.unwrap().trim_end());
    assert!(first.raw.contains("multipart/alternative"), "{}", first.raw);
    assert!(first.raw.contains("Date: Mon, 02 Mar 2026 08:00:00 +0000"), "{}", first.raw);
    assert!(first.raw.contains("Auto-Submitted: auto-generated"), "{}", first.raw);
    assert_eq!(arrived[1].subject, "Second");
}

#[tokio::test]
async fn a_server_that_asks_for_an_account_gets_it() {
    let server = MailServer::start_with_account("ada", "s3cret");
    mailer(&server.url()).send(&mail(), START).await.unwrap();
    server.wait_for_mail(1).await;

    let wrong = mailer(&server.url().replace("s3cret", "wrong"));
    assert_eq!(wrong.check().await, Err(MailError::Refused(535)));
    let without = mailer(&server.url().replace("ada:s3cret@", ""));
    assert_eq!(without.send(&mail(), START).await, Err(MailError::Refused(530)));
    assert_eq!(server.mail().len(), 1);
}

#[tokio::test]
async fn no_other_header_can_be_smuggled_in() {
    let server = MailServer::start();
    let mailer = mailer(&server.url());
    let subject = "Hello\r\nBcc: eve@example.com\r\n\r\nBody".to_owned();
    mailer.send(&Mail { subject, ..mail() }, START).await.unwrap();
    let arrived = &server.wait_for_mail(1).await[0];
    assert!(!arrived.raw.lines().any(|line| line.starts_with("Bcc:")), "{}", arrived.raw);
    assert!(arrived.text.starts_with("Hello,"), "{}", arrived.text);
    for to in ["", "bob", "bob@example.com\r\nRCPT TO:<eve@example.com>", "bob@example.com, eve@example.com"]
    {
        let sent = mailer.send(&Mail { to: to.to_owned(), ..mail() }, START).await;
        assert_eq!(sent, Err(MailError::Address), "{to}");
    }
}

#[tokio::test]
async fn what_goes_wrong_is_told_apart() {
    assert_eq!(Mailer::none().send(&mail(), START).await, Err(MailError::NotConfigured));
    assert!(!Mailer::none().is_configured());

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = mailer(&format!("smtp://ada:s3cret@{nobody}")).check().await.unwrap_err();
    assert!(matches!(&refused, MailError::Unreachable(why) if why.contains("refused")), "{refused}");
    assert!(!refused.to_string().contains("s3cret"));

    // This server offers no STARTTLS: nothing is sent in the open.
    let server = MailServer::start();
    let plain = mailer(&format!("{}?tls=required", server.url())).send(&mail(), START).await;
    assert!(matches!(&plain, Err(MailError::Unreachable(why)) if why.contains("STARTTLS")), "{plain:?}");
    let no_tls = mailer(&server.url().replace("smtp:", "smtps:")).check().await;
    assert!(matches!(&no_tls, Err(MailError::Unreachable(_))), "{no_tls:?}");
    assert_eq!(server.mail(), []);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let sent = mailer(&format!("smtp://{}", silent.local_addr().unwrap())).send(&mail(), START).await;
    assert_eq!(sent, Err(MailError::TimedOut));
}
