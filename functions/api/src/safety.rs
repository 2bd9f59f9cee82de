//! What people can do for their own safety, and about what was done about them.

use app::{Complaint, Settings};
use domain::id::{SanctionId, SessionId};
use domain::refusal::{Code, Refusal};
use domain::report::Statement;
use ports::World;
use protocol::{moderation, rest};
use web::{Answer, Asked};

use crate::me;

/// `POST /consent`
pub(crate) async fn agree<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: moderation::ConsentRequest = asked.body()?;
    if !wish.adult {
        return Err(Refusal::new(Code::InvalidRequest, "Confirm that you are 18 or older.").into());
    }
    let consent = app::agree(world, settings, me(asked)?, wish.version).await?;
    Ok(Answer::json(200, &moderation::consent(&consent)))
}

/// `POST /reports`
pub(crate) async fn report<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: moderation::ReportRequest = asked.body()?;
    let session = SessionId::parse(&wish.session_id);
    let complaint = Complaint {
        session: session.map_err(|_| Refusal::new(Code::InvalidRequest, "That is no session id."))?,
        reason: wish.reason.into(),
        comment: wish.comment.as_deref().filter(|text| !text.trim().is_empty()).map(Statement::parse).transpose()?,
        block: wish.block.unwrap_or_default(),
    };
    let id = app::report(world, settings, asked.caller()?, &asked.network(), &complaint).await?;
    Ok(Answer::json(201, &moderation::ReportAnswer { report_id: id.to_string() }))
}

/// `GET /sanctions`
pub(crate) async fn sanctions<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let sanctions = app::sanctions(world, me(asked)?).await?;
    let now = world.now();
    let sanctions = sanctions.iter().map(|sanction| moderation::sanction(sanction, now)).collect();
    Ok(Answer::json(200, &moderation::SanctionsAnswer { sanctions }))
}

/// `POST /appeals`
pub(crate) async fn appeal<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: moderation::AppealRequest = asked.body()?;
    let id = SanctionId::parse(&wish.sanction_id);
    let id = id.map_err(|_| Refusal::new(Code::InvalidRequest, "That is no sanction id."))?;
    app::appeal(world, settings, &asked.caller()?.profile, &id, &Statement::parse(&wish.message)?).await?;
    Ok(Answer::json(201, &rest::Nothing {}))
}
