//! The moderators' side.

use app::{Docket, Filter, PersonFile, Settings};
use domain::decide::{Reply, Verdict};
use domain::id::{ReportId, SanctionId, UserId};
use domain::objective::objectives;
use domain::refusal::{Code, Refusal};
use domain::report::{Reason, Stage, Statement};
use domain::sanction::Measure;
use domain::time::{SpanMs, TimeMs};
use ports::World;
use protocol::moderation::{self as wire, ActionName, AnswerName, DecisionName};
use protocol::rest;
use web::{Answer, Asked};

use crate::me;

/// `GET /reports?stage=&reason=&before=`
pub(crate) async fn list<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let named = |name: &str| asked.query(name).filter(|text| !text.is_empty());
    let unknown = |what: &str| Refusal::new(Code::InvalidRequest, format!("There is no such {what}."));
    let stage = named("stage").map(|text| Stage::parse(&text).ok_or_else(|| unknown("stage"))).transpose()?;
    let reason = named("reason").map(|text| Reason::parse(&text).ok_or_else(|| unknown("reason"))).transpose()?;
    let before = named("before").map(|text| wire::parse_mark(&text).ok_or_else(|| unknown("place"))).transpose()?;
    let page = app::reports(world, &Filter { stage, reason, before }).await?;
    let now = world.now();
    let reports = page.reports.iter().map(|report| wire::report(report, now)).collect();
    Ok(Answer::json(200, &wire::ReportsAnswer { reports, older: page.older.as_ref().map(wire::mark) }))
}

/// `GET /reports/next`: leases, never pops.
pub(crate) async fn next<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let docket = app::next_report(world, settings, me(asked)?).await?;
    let now = world.now();
    let case = docket.map(|docket| {
        let Docket { report, evidence, accused, reporter } = docket;
        let (accused, reporter) = (person(&accused, now), reporter.map(|reporter| person(&reporter, now)));
        let (entry, noticed) = (wire::report(&report, now), wire::noticed(&report));
        wire::ReportCase { entry, evidence, noticed, accused, reporter }
    });
    Ok(Answer::json(200, &wire::NextReportAnswer { report: case }))
}

/// `GET /reports/stats`
pub(crate) async fn stats<W: World>(world: &W) -> app::Result<Answer> {
    let app::Backlog { urgent, open, appeals, oldest_at } = app::backlog(world).await?;
    let oldest_at = oldest_at.map(|at| at.0);
    Ok(Answer::json(200, &wire::StatsAnswer { urgent, open, appeals, oldest_at }))
}

/// `GET /status`
pub(crate) async fn status<W: World>(world: &W) -> app::Result<Answer> {
    let figures = app::figures(world).await?;
    let objectives = objectives(&figures).iter().map(wire::objective).collect();
    Ok(Answer::json(200, &wire::StatusAnswer { objectives }))
}

/// `POST /reports/moderate`
pub(crate) async fn moderate<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: wire::ModerateRequest = asked.body()?;
    let id = ReportId::parse(&wish.report_id);
    let id = id.map_err(|_| Refusal::new(Code::InvalidRequest, "That is no report id."))?;
    let verdict = Verdict { measure: measure(&wish, world.now())?, note: Statement::parse(&wish.note)? };
    let report = app::moderate(world, settings, me(asked)?, &id, verdict).await?;
    Ok(Answer::json(200, &wire::report(&report, world.now())))
}

/// What is to be done; who accepts a report without saying what is done warns.
fn measure(wish: &wire::ModerateRequest, now: TimeMs) -> Result<Option<Measure>, Refusal> {
    let unclear = |message: &str| Err(Refusal::new(Code::InvalidRequest, message));
    match (wish.decision, wish.action, wish.hours) {
        (DecisionName::Rejected, None, None) => Ok(None),
        (DecisionName::Rejected, _, _) => unclear("Who rejects a report does nothing about the person."),
        (DecisionName::Accepted, Some(ActionName::Suspend), Some(hours)) => {
            Measure::suspend(SpanMs::seconds(u64::from(hours) * 3600), now).map(Some)
        }
        (DecisionName::Accepted, Some(ActionName::Suspend), None) => unclear("Say for how many `hours`."),
        (DecisionName::Accepted, _, Some(_)) => unclear("Only a suspension has `hours`."),
        (DecisionName::Accepted, Some(ActionName::Ban), None) => Ok(Some(Measure::ban(now))),
        (DecisionName::Accepted, Some(ActionName::Warn) | None, None) => Ok(Some(Measure::Warn)),
    }
}

/// `GET /reports/audit?before=`
pub(crate) async fn audit<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let unclear = |_| Refusal::new(Code::InvalidRequest, "That is no number of a line.");
    let before = asked.query("before").map(|text| text.parse().map_err(unclear)).transpose()?;
    let lines = app::audit(world, before).await?;
    let older = lines.last().map(|line| line.n).filter(|n| *n > 1);
    Ok(Answer::json(200, &wire::AuditAnswer { lines: lines.iter().map(wire::audit).collect(), older }))
}

/// `GET /appeals`
pub(crate) async fn appeals<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let moderator = me(asked)?;
    let open = app::appeals(world, settings, moderator).await?;
    let now = world.now();
    let entry = |open: &app::Open| {
        let ruling = open.report.ruling.as_ref();
        wire::AppealEntry {
            user_id: open.sanction.user.to_string(),
            sanction: wire::sanction(&open.sanction, now),
            message: open.words.clone(),
            own: ruling.is_some_and(|ruling| ruling.by.as_ref() == Some(moderator)),
            note: ruling.and_then(|ruling| ruling.note.as_ref()).map(|note| note.as_str().to_owned()),
            created_at: open.sanction.appeal.as_ref().map_or(0, |appeal| appeal.at.0),
        }
    };
    Ok(Answer::json(200, &wire::AppealsAnswer { appeals: open.iter().map(entry).collect() }))
}

/// `POST /appeals/answer`
pub(crate) async fn answer<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: wire::AnswerAppealRequest = asked.body()?;
    let unclear = |_| Refusal::new(Code::InvalidRequest, "That is no id.");
    let user = UserId::parse(&wish.user_id).map_err(unclear)?;
    let id = SanctionId::parse(&wish.sanction_id).map_err(unclear)?;
    let reply = Reply { granted: wish.decision == AnswerName::Granted, note: Statement::parse(&wish.note)? };
    app::answer_appeal(world, settings, me(asked)?, (&user, &id), reply).await?;
    Ok(Answer::json(200, &rest::Nothing {}))
}

fn person(file: &PersonFile, now: TimeMs) -> wire::PersonFile {
    let profile = file.profile.as_ref();
    let banned_until = profile.and_then(|profile| profile.banned_until).filter(|until| *until > now);
    wire::PersonFile {
        user_id: file.user.to_string(),
        nickname: profile.map(|profile| profile.nickname.as_str().to_owned()),
        has_account: profile.is_some_and(|profile| profile.email.is_some()),
        created_at: profile.map(|profile| profile.created_at.0),
        banned_until: banned_until.map(|until| until.0),
        reports_against: file.against.iter().map(|report| wire::report(report, now)).collect(),
        reports_made: file.made.iter().map(|report| wire::report(report, now)).collect(),
        sanctions: file.sanctions.iter().map(|sanction| wire::sanction_file(sanction, now)).collect(),
    }
}
