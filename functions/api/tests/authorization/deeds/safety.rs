//! What people say of each other, what was done about them, and what moderators do.

use domain::id::{ReportId, UserId};
use domain::report::Report;
use domain::row::{Key, Row};
use serde_json::json;

use crate::deed::{Asked, Deed, PLAIN};
use crate::docket::{appealing, held_by, warned};
use crate::scene::{NOTHING, Scene};
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::{Object, Who};

pub const AGREE: Deed = Deed {
    name: "agree to the terms",
    ask: |_, _| Asked::body(json!({ "version": 1, "adult": true })),
    shows: |scene, _, seen| {
        let agreed = |row: &Row| matches!(row, Row::Profile(it) if it.consent.is_some());
        let profile = seen.row(&Key::Profile(scene.me().user.clone()));
        vec![(profile.is_some_and(agreed), "their own profile keeps it")]
    },
    ..PLAIN
};

pub const REPORT: Deed = Deed {
    name: "report the partner of a call",
    stage: Stage::Talking,
    ask: |scene, object| Asked::body(json!({ "sessionId": scene.session(object), "reason": "spam", "block": true })),
    beside: |scene, _| vec![scene.partner().user.clone()],
    shows: |scene, _, seen| {
        let filed = report(seen, seen.body["reportId"].as_str().unwrap());
        let about = filed.is_some_and(|report| report.accused == scene.partner().user);
        let told = seen.events(&scene.partner().connection);
        let silent = told.iter().all(|event| event == "session-ended");
        vec![(about, "it is about the partner"), (silent, "the partner hears no more than that the call is over")]
    },
    ..PLAIN
};

pub const SANCTIONS: Deed = Deed {
    name: "what was done about oneself",
    shows: |scene, _, seen| {
        let sanctions = seen.body["sanctions"].as_array().unwrap();
        let own = [warned(&scene.me().user), appealing(&scene.me().user)];
        let theirs = sanctions.iter().all(|it| own.iter().any(|id| it["sanctionId"] == id.as_str()));
        vec![(sanctions.len() == 2 && theirs, "their own alone"), (seen.is_nothing(), "it is only read")]
    },
    ..PLAIN
};

pub const APPEAL: Deed = Deed {
    name: "appeal",
    ask: |scene, object| {
        let id = scene.owner(object).map_or(NOTHING.to_owned(), |house| warned(&house.me.user).to_string());
        Asked::body(json!({ "sanctionId": id, "message": "I did not." }))
    },
    shows: |scene, _, seen| {
        let me = &scene.me().user;
        let sanction = seen.row(&Key::Sanction(me.clone(), warned(me)));
        vec![(matches!(sanction, Some(Row::Sanction(it)) if it.appeal.is_some()), "their own sanction has it")]
    },
    ..PLAIN
};

/// Lists of moderators, which are only read.
pub const LIST: Deed = Deed {
    name: "a list of the moderators'",
    shows: |_, _, seen| vec![(seen.is_nothing(), "it is only read")],
    names: everybody,
    ..PLAIN
};

/// That appeals are read is written down.
pub const APPEALS: Deed = Deed {
    name: "the appeals that wait",
    names: everybody,
    shows: |scene, _, seen| {
        let waiting = seen.body["appeals"].as_array().unwrap().len();
        vec![(waiting == scene.cast.asked_about().count(), "all of them"), (books(seen), "it is written down")]
    },
    ..PLAIN
};

pub const NEXT: Deed = Deed {
    name: "the next report",
    names: everybody,
    beside: reported,
    shows: |scene, _, seen| {
        let own = seen.body["report"]["entry"]["reportId"] == held_by(&scene.me().user).as_str();
        vec![(own, "the one that they hold"), (books(seen), "it is written down")]
    },
    ..PLAIN
};

pub const DISMISS: Deed = Deed {
    name: "dismiss a report",
    ask: |scene, object| {
        let id = scene.owner(object).map_or(NOTHING.to_owned(), |house| held_by(&house.me.user).to_string());
        Asked::body(json!({ "reportId": id, "decision": "rejected", "note": "It is not so." }))
    },
    beside: reported,
    shows: |scene, _, seen| {
        let decided = report(seen, held_by(&scene.me().user).as_str()).is_some_and(|report| report.ruling.is_some());
        vec![(decided, "it is decided"), (books(seen), "it is written down")]
    },
    ..PLAIN
};

/// A moderator answers an appeal of their own, of Ada's, of nobody's.
pub const ANSWER: Deed = Deed {
    name: "answer an appeal",
    ask: |scene, object| {
        let user = scene.user(object).to_owned();
        let id = scene.owner(object).map_or(NOTHING.to_owned(), |house| appealing(&house.me.user).to_string());
        Asked::body(json!({ "userId": user, "sanctionId": id, "decision": "granted", "note": "It is so." }))
    },
    beside: |scene, _| vec![scene.ada().user.clone()],
    shows: |_, _, seen| vec![(books(seen), "it is written down")],
    ..PLAIN
};

fn report<'a>(seen: &'a Seen, id: &str) -> Option<&'a Report> {
    match seen.row(&Key::Report(ReportId::parse(id).ok()?)) {
        Some(Row::Report(report)) => Some(report),
        Some(_) | None => None,
    }
}

/// Whom moderators see by their ids: who is reported, and by whom.
fn everybody(scene: &Scene<'_>, _: Object) -> Vec<UserId> {
    assert_eq!(scene.who, Who::Moderator);
    scene.cast.everybody().map(|person| person.user.clone()).collect()
}

fn reported(scene: &Scene<'_>, _: Object) -> Vec<UserId> {
    vec![scene.cast.sue.user.clone(), scene.cast.pest.user.clone()]
}

/// Whether exactly one line or more was added to the book, and none changed.
fn books(seen: &Seen) -> bool {
    let lines = |rows: &std::collections::BTreeMap<Key, Row>| {
        rows.iter().filter(|(key, _)| matches!(key, Key::AuditLine(_))).map(|(_, row)| row.clone()).collect::<Vec<_>>()
    };
    let (before, after) = (lines(&seen.before.rows), lines(&seen.after.rows));
    after.len() > before.len() && after.starts_with(&before)
}
