//! SES through its Rust SDK, and the page that shows what was sent.

use std::sync::Arc;

use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, RawMessage};
use axum::http::HeaderMap;

use crate::world::{Folder, World};

fn content(text: &str) -> Content {
    Content::builder().data(text).build().unwrap()
}

async fn page(world: &World, accept: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("accept", accept.parse().unwrap());
    let response = Arc::clone(&world.ses).page(&headers);
    String::from_utf8(axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn a_simple_mail_is_kept_shown_and_written() {
    let folder = Folder::new("mail");
    let world = World::start_in(Some(&folder.0)).await;
    let body = Body::builder().text(content("Open http://localhost:4000/x?a=1&b=2 <now>")).html(content("<p>Open</p>"));
    let message = Message::builder().subject(content("Grüße & <b>")).body(body.build()).build();
    let sent = world
        .ses()
        .send_email()
        .from_email_address("Speed Connect <no-reply@example.com>")
        .destination(Destination::builder().to_addresses("ada@example.com").bcc_addresses("secret@example.com").build())
        .content(EmailContent::builder().simple(message).build())
        .send()
        .await
        .unwrap();
    let mails = world.ses.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(Some(mails[0].message_id.as_str()), sent.message_id());
    assert_eq!(mails[0].to, ["ada@example.com", "secret@example.com"]);
    let eml = String::from_utf8(mails[0].eml.to_vec()).unwrap();
    assert!(
        eml.starts_with("From: Speed Connect <no-reply@example.com>\r\nTo: ada@example.com\r\nSubject: =?UTF-8?B?")
    );
    assert!(eml.contains("multipart/alternative"));
    assert!(!eml.contains("secret@example.com"));
    let file = std::fs::read_dir(folder.0.join("mail")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(file.extension().unwrap(), "eml");
    assert_eq!(std::fs::read(file).unwrap(), eml.as_bytes());
    let json: serde_json::Value = serde_json::from_str(&page(&world, "application/json").await).unwrap();
    assert_eq!(json["mails"][0]["subject"], "Grüße & <b>");
    let html = page(&world, "text/html").await;
    assert!(html.contains("<h2>Grüße &amp; &lt;b&gt;</h2>"), "{html}");
    assert!(html.contains(r#"<a href="http://localhost:4000/x?a=1&amp;b=2">"#), "{html}");
    assert!(html.contains("&lt;now&gt;"), "{html}");
}

#[tokio::test]
async fn a_raw_mail_is_kept_byte_for_byte() {
    let world = World::start().await;
    let eml = "From: a@example.com\r\nTo: b@example.com\r\nSubject: two\r\n lines\r\n\r\nBody\r\n";
    let raw = RawMessage::builder().data(Blob::new(eml)).build().unwrap();
    let content = EmailContent::builder().raw(raw).build();
    world.ses().send_email().content(content).send().await.unwrap();
    let mail = &world.ses.mails()[0];
    assert_eq!(mail.eml.as_ref(), eml.as_bytes());
    assert_eq!(
        (mail.subject.as_str(), mail.from.as_str(), mail.text.as_str()),
        ("two lines", "a@example.com", "Body\n")
    );
}

#[tokio::test]
async fn a_mail_without_content_or_with_a_second_line_in_an_address_is_refused() {
    let world = World::start().await;
    let none = world.ses().send_email().content(EmailContent::builder().build()).send().await.unwrap_err();
    assert!(none.into_service_error().is_bad_request_exception());
    let message = Message::builder().subject(content("s")).body(Body::builder().text(content("t")).build()).build();
    let lines = world
        .ses()
        .send_email()
        .from_email_address("a@example.com\r\nBcc: x@example.com")
        .destination(Destination::builder().to_addresses("b@example.com").build())
        .content(EmailContent::builder().simple(message).build())
        .send()
        .await
        .unwrap_err();
    assert!(lines.into_service_error().is_bad_request_exception());
    assert!(world.ses.mails().is_empty());
}
