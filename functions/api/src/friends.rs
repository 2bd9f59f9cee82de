//! Friends and histories.

use app::{Remembered, Settings, Wanted};
use domain::email::Email;
use domain::friend::{Friendship, KnownAs};
use domain::id::{RequestId, SessionId, UserId};
use domain::refusal::{Code, Refusal};
use ports::World;
use protocol::rest;
use web::{Answer, Asked};

use crate::me;

/// `GET /get-friends`
pub(crate) async fn list<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let all = app::friends(world, me(asked)?).await?;
    let friend = |friend: &app::Friend| rest::FriendEntry {
        user_id: friend.profile.user.to_string(),
        nickname: friend.profile.nickname.as_str().to_owned(),
        online: friend.online,
        since: friend.since.0,
    };
    let invited = all.invited.iter().map(|invitation| rest::RequestEntry {
        request_id: invitation.request().to_string(),
        nickname: None,
        email: Some(invitation.email.as_str().to_owned()),
        created_at: invitation.at.0,
    });
    let answer = rest::FriendsAnswer {
        friends: all.friends.iter().map(friend).collect(),
        incoming: all.incoming.iter().map(request).collect(),
        outgoing: all.outgoing.iter().map(request).chain(invited).collect(),
    };
    Ok(Answer::json(200, &answer))
}

/// `POST /send-friend-request`: the same answer whatever becomes of it.
pub(crate) async fn ask<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::FriendRequestRequest = asked.body()?;
    let unclear = || {
        let message = "Name one: `toUserId`, `toEmail`, or the `sessionId` of a call you had.";
        Refusal::new(Code::InvalidRequest, message)
    };
    let profile = &asked.caller()?.profile;
    match (wish.to_user_id.as_deref(), wish.to_email.as_deref(), wish.session_id.as_deref()) {
        (Some(user), None, None) => {
            let wanted = Wanted::User(UserId::parse(user).map_err(|_| unclear())?);
            app::ask_friend(world, settings, profile, &wanted).await?;
        }
        (None, None, Some(session)) => {
            let wanted = Wanted::PartnerIn(SessionId::parse(session).map_err(|_| unclear())?);
            app::ask_friend(world, settings, profile, &wanted).await?;
        }
        (None, Some(email), None) => app::invite_friend(world, settings, profile, Email::parse(email)?).await?,
        _ => return Err(unclear().into()),
    }
    Ok(Answer::json(202, &rest::Nothing {}))
}

/// `POST /respond-friend-request`
pub(crate) async fn answer<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    let wish: rest::AnswerFriendRequest = asked.body()?;
    let request = RequestId::parse(&wish.request_id);
    let request = request.map_err(|_| Refusal::new(Code::InvalidRequest, "That is no request id."))?;
    let accept = wish.action == rest::FriendAction::Accept;
    app::answer_friend(world, settings, me(asked)?, &request, accept).await?;
    Ok(Answer::json(200, &rest::Nothing {}))
}

/// `DELETE /friends/{userId}`
pub(crate) async fn part<W: World>(world: &W, settings: &Settings, asked: &Asked<'_>) -> app::Result<Answer> {
    app::part_friend(world, settings, me(asked)?, asked.segment).await?;
    Ok(Answer::done())
}

/// `GET /users/search?q=`
pub(crate) async fn search<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let found = app::search(world, me(asked)?, &asked.query("q").unwrap_or_default()).await?;
    let user = |entry: &domain::directory::Entry| rest::FoundUser {
        user_id: entry.user.to_string(),
        nickname: entry.nickname.as_str().to_owned(),
    };
    Ok(Answer::json(200, &rest::SearchAnswer { users: found.iter().map(user).collect() }))
}

/// `GET /users/me/call-history`
pub(crate) async fn history<W: World>(world: &W, asked: &Asked<'_>) -> app::Result<Answer> {
    let calls = app::call_history(world, me(asked)?).await?;
    Ok(Answer::json(200, &rest::HistoryAnswer { calls: calls.iter().map(call).collect() }))
}

fn call(Remembered { record, is_friend }: &Remembered) -> rest::CallEntry {
    rest::CallEntry {
        session_id: record.session.to_string(),
        kind: record.kind.as_str(),
        nickname: record.nickname.as_str().to_owned(),
        friend_id: is_friend.then(|| record.peer.to_string()),
        common_tags: record.common_tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        mode: record.mode.as_str(),
        started_at: record.started_at.0,
        duration_ms: record.duration.0,
    }
}

fn request(row: &Friendship) -> rest::RequestEntry {
    let (nickname, email) = match &row.known_as {
        KnownAs::Nickname(nickname) => (Some(nickname.as_str().to_owned()), None),
        KnownAs::Email(email) => (None, Some(email.as_str().to_owned())),
    };
    rest::RequestEntry { request_id: row.request().to_string(), nickname, email, created_at: row.since.0 }
}
