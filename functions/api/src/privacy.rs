//! What is kept of a person: shown, and erased.

use app::{Export, Settings};
use ports::World;
use protocol::export::{Document, document};
use protocol::rest;
use web::{Answer, Asked};

/// `GET /users/me/export`
pub(crate) async fn export<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let Export { profile, friendships, invitations, calls, lines, sign_ins, browsers, sanctions, reports, conduct } =
        app::export(world, asked.caller()?).await?;
    let everything = Document {
        friends: friendships.iter().map(Into::into).collect(),
        invitations,
        calls: calls.iter().map(Into::into).collect(),
        messages: lines.iter().map(Into::into).collect(),
        sign_ins: sign_ins.iter().map(Into::into).collect(),
        pushes: browsers.iter().map(Into::into).collect(),
        sanctions: sanctions.iter().map(Into::into).collect(),
        reports: reports.iter().map(Into::into).collect(),
        conduct: conduct.as_ref().map(Into::into),
        ..document(&profile, world.now().0)
    };
    Ok(Answer::json(200, &everything))
}

/// `DELETE /users/me`
pub(crate) async fn erase<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    app::erase(world, settings, asked.caller()?).await?;
    Ok(Answer::json(202, &rest::Nothing {}))
}
