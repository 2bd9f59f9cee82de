//! Mails, word for word.

use domain::limits::LINK_LIFE;
use domain::notice::Letter;
use domain::profile::Nickname;

/// The mail with a link to sign in. The token stands behind the `#`, which browsers keep to themselves: no server log and
/// no `Referer` sees it (RFC 9110 section 10.1.3).
#[must_use]
pub fn sign_in(home: &str, token: &str) -> Letter {
    let link = format!("{home}/sign-in#{token}");
    let minutes = LINK_LIFE.0 / 60_000;
    let lines = Lines {
        greeting: "Hello,",
        ask: "open this link in the browser in which you asked for it:",
        link: &link,
        act: "Sign in to Speed Connect",
        rest: &format!(
            "It works once, for {minutes} minutes. On another device it shows a short code that you type on the first one.\n\
             If you did not ask to sign in, do nothing, and give that code to nobody: without you, no one gets in."
        ),
    };
    Letter { subject: "Your link to Speed Connect".to_owned(), text: lines.text(), html: lines.html() }
}

/// The mail to an address that somebody wants to be friends with. The name is the only word in it that is not ours.
#[must_use]
pub fn invitation(home: &str, from: &Nickname) -> Letter {
    let name = from.as_str();
    let lines = Lines {
        greeting: "Hello,",
        ask: &format!("{name} would like to be friends with you on Speed Connect, and to call you there."),
        link: home,
        act: "Open Speed Connect",
        rest: "Sign in by this address, and you find the request on your list of friends.\n\
               If you do not know who that is, do nothing: nobody learns whether you have read this.",
    };
    Letter { subject: format!("{name} wants to be friends on Speed Connect"), text: lines.text(), html: lines.html() }
}

struct Lines<'a> {
    greeting: &'a str,
    ask: &'a str,
    link: &'a str,
    act: &'a str,
    rest: &'a str,
}

impl Lines<'_> {
    fn text(&self) -> String {
        format!("{}\n\n{}\n\n{}\n\n{}\n", self.greeting, self.ask, self.link, self.rest)
    }

    fn html(&self) -> String {
        let Self { greeting, ask, link, act, rest } = self;
        let rest: String = rest.lines().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        let link = escaped(link);
        format!(
            "<!doctype html><html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5;max-width:34em\">\
             <p>{}</p><p>{}</p>\
             <p><a href=\"{link}\" style=\"display:inline-block;padding:.75em 1.25em;border-radius:.5em;\
             background:#1c1b22;color:#fff;text-decoration:none\">{}</a></p>\
             <p style=\"font-size:smaller;word-break:break-all\">{link}</p>{rest}</body></html>",
            escaped(greeting),
            escaped(ask),
            escaped(act),
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
