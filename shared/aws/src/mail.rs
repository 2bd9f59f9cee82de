//! Sends mail through SES.

use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use domain::email::Email;
use domain::notice::Letter;
use ports::{Error, Mail};

use crate::Aws;
use crate::clients::failure;

const PORT: &str = "mail";

impl Mail for Aws {
    async fn deliver(&self, to: &Email, letter: &Letter) -> Result<(), Error> {
        let unwritten = |error: BuildError| Error::Failed { port: PORT, why: error.to_string() };
        let content = content(letter).map_err(unwritten)?;
        let sent = self
            .ses()
            .send_email()
            .from_email_address(&self.place.mail_from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(content);
        sent.send().await.map(|_| ()).map_err(|error| failure(PORT, &error))
    }
}

fn content(letter: &Letter) -> Result<EmailContent, BuildError> {
    let part = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(part(&letter.text)?).html(part(&letter.html)?).build();
    let message = Message::builder().subject(part(&letter.subject)?).body(body).build();
    Ok(EmailContent::builder().simple(message).build())
}
