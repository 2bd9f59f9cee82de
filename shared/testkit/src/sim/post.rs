//! What invocations send out to people: errands, mail, pushes.

use domain::email::Email;
use domain::id::CallId;
use domain::notice::Letter;
use domain::push::Subscription;
use domain::time::SpanMs;
use ports::{Errands, Error, Mail, Push, Pushed};

use super::lens::Lens;
use super::world::{Sent, Stop};

impl Lens<'_> {
    async fn send_out(&self, port: &'static str, sent: Sent) -> Result<(), Error> {
        self.pause(Stop::Before).await;
        {
            let mut inner = self.world.inner();
            if inner.throttles() {
                return Err(Error::Throttled { port });
            }
            inner.sent.push(sent);
        }
        self.pause(Stop::After).await;
        Ok(())
    }
}

impl Errands for Lens<'_> {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        self.send_out("errands", Sent::Errand(message)).await
    }
}

impl Mail for Lens<'_> {
    async fn deliver(&self, to: &Email, letter: &Letter) -> Result<(), Error> {
        self.send_out("mail", Sent::Mail(to.as_str().to_owned(), letter.text.clone())).await
    }
}

impl Push for Lens<'_> {
    async fn push(&self, _: &Subscription, _: &CallId, _: String, _: SpanMs) -> Result<Pushed, Error> {
        Ok(Pushed::Done)
    }
}
