//! Every limit by name; what is counted within windows stands in [`crate::quota`].

use crate::time::SpanMs;

/// A meeting lasts this long unless the deployment says otherwise (`SESSION_SECONDS`).
pub const SESSION_DEFAULT: SpanMs = SpanMs::seconds(300);
/// What one extension adds, when both ask.
pub const SESSION_EXTENSION: SpanMs = SpanMs::seconds(300);
/// A session is extended at most this often.
pub const EXTENSIONS_MAX: u8 = 3;
/// Both are warned so long before the end, which is before a quiet page would ping to keep its socket; of a shorter call
/// nobody is.
pub const WARNED_BEFORE_END: SpanMs = SpanMs::seconds(75);
/// Both pages must have `matched` within this time.
pub const CONFIRM_WITHIN: SpanMs = SpanMs::seconds(10);
/// A lost socket has this long to come back to its call.
pub const GRACE: SpanMs = SpanMs::seconds(30);
/// Who waits and is silent for this long is gone (a page pings every 30 s while it waits).
pub const SILENCE_WHILE_WAITING: SpanMs = SpanMs::seconds(90);
/// A ticket for the WebSocket opens one connection within this time.
pub const WS_TICKET_LIFE: SpanMs = SpanMs::seconds(30);
/// Signing keys are read again this often: a new one is known everywhere after that.
pub const KEYS_READ_EVERY: SpanMs = SpanMs::seconds(60);
/// An access token lives this long.
pub const ACCESS_TOKEN_LIFE: SpanMs = SpanMs::seconds(300);
/// A guest's refresh token lives this long after its last use: a guest is a tab, and cookies of closed tabs pile up.
pub const GUEST_REFRESH_LIFE: SpanMs = SpanMs::seconds(12 * 3600);
/// The refresh token of somebody who signed in by mail lives this long after its last use.
pub const ACCOUNT_REFRESH_LIFE: SpanMs = SpanMs::seconds(30 * 24 * 3600);
/// A guest's profile is kept this long after its last use: somewhat longer than whatever could still be refreshed.
pub const GUEST_LIFE: SpanMs = SpanMs::seconds(13 * 3600);
/// The profile of somebody with an account is kept this long after its last use.
pub const ACCOUNT_LIFE: SpanMs = SpanMs::seconds(400 * 24 * 3600);
/// The end of a profile's life is moved on at most this often.
pub const PROFILE_RENEWED_EVERY: SpanMs = SpanMs::seconds(3600);
/// A request to be friends that nobody answers fades after this time.
pub const FRIEND_REQUEST_LIFE: SpanMs = SpanMs::seconds(30 * 24 * 3600);
/// A person has at most so many friends and requests.
pub const FRIENDS_MAX: usize = 200;
/// A search wants at least so many letters,
pub const SEARCH_CHARS_MIN: usize = 2;
/// and at most so many.
pub const SEARCH_CHARS_MAX: usize = NICKNAME_CHARS_MAX;
/// A search shows at most so many people.
pub const SEARCH_RESULTS_MAX: usize = 20;
/// A person's own calls are remembered this long.
pub const HISTORY_LIFE: SpanMs = SpanMs::seconds(90 * 24 * 3600);
/// The history shows at most so many calls, the newest first.
pub const HISTORY_MAX: usize = 100;
/// Who were in a call may both ask for each other once more so long after its end.
pub const REMATCH_WITHIN: SpanMs = SpanMs::seconds(120);
/// A call rings this long.
pub const RINGS_FOR: SpanMs = SpanMs::seconds(45);
/// A browser is woken so long after a call began to ring, and after it was missed: once what it tells is committed.
pub const WAKES_AFTER: SpanMs = SpanMs::seconds(1);
/// That a call was missed is news for so long.
pub const MISSED_IS_NEWS: SpanMs = SpanMs::seconds(24 * 3600);
/// A push subscription is forgotten so long after its browser has said it last.
pub const SUBSCRIPTION_LIFE: SpanMs = SpanMs::seconds(60 * 24 * 3600);
/// A person has at most so many browsers woken; a new one takes the place of the one heard least lately.
pub const SUBSCRIPTIONS_MAX: usize = 8;
/// The longest address of a push subscription, in bytes.
pub const ENDPOINT_BYTES_MAX: usize = 1024;
/// A call's row is kept this long after it has rung.
pub const CALL_LOG_LIFE: SpanMs = SpanMs::seconds(3600);
/// A call among friends lasts this long, and an extension adds as much.
pub const FRIENDS_SESSION: SpanMs = SpanMs::seconds(3600);
/// So many devices of a person besides the one that speaks hear that somebody rings.
pub const DEVICES_ELSEWHERE_MAX: usize = 4;
/// What shows or erases everything of an account wants a sign-in by mail within this time.
pub const FRESH_SIGN_IN: SpanMs = SpanMs::seconds(15 * 60);
/// One look at a person's belongings reads at most so many, and goes on until there are none.
pub const BELONGINGS_PER_LOOK: usize = 100;
/// So many chains of refresh tokens are ended by one transaction.
pub const FAMILIES_MAX: usize = 50;
/// The longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// A link by mail opens a session within this time.
pub const LINK_LIFE: SpanMs = SpanMs::seconds(600);
/// So many wrong codes end a link's code.
pub const LINK_TRIES_MAX: u8 = 5;
/// A refresh token that was just rotated is accepted once more within this time (two tabs, a lost answer).
pub const REFRESH_GRACE: SpanMs = SpanMs::seconds(10);
/// API Gateway closes a WebSocket after two hours; its row outlives it a little.
pub const CONNECTION_LIFE: SpanMs = SpanMs::seconds(2 * 3600 + 600);
/// A connection this old is asked to make room for a new one, well before the gateway closes it.
pub const CONNECTION_DRAINS_AFTER: SpanMs = SpanMs::seconds(110 * 60);
/// What exists while someone is online is kept this long after the last write.
pub const LIVE_ROW_LIFE: SpanMs = SpanMs::seconds(3 * 3600);
/// A session and its log are kept this long after its end.
pub const SESSION_LOG_LIFE: SpanMs = SpanMs::seconds(24 * 3600);
/// Who met this long ago is a stranger again.
pub const MET_FADES: SpanMs = SpanMs::seconds(600);
/// How many recent partners a user row remembers.
pub const MET_MAX: usize = 16;
/// How soon after a match `next` goes on to another: after so many calls left by `next` lately, this long.
pub const NEXT_COOL_DOWNS: [(usize, SpanMs); 4] =
    [(0, SpanMs::seconds(2)), (3, SpanMs::seconds(4)), (6, SpanMs::seconds(7)), (10, SpanMs::seconds(10))];
/// A call left by `next` counts for the cool-down this long.
pub const NEXT_COUNTS_FOR: SpanMs = SpanMs::seconds(60);
/// A person blocks at most this many: the live row carries them all, about 30 bytes each.
pub const BLOCKS_MAX: usize = 200;
/// A hint younger than this may belong to a transaction that is still becoming visible: it is left alone.
pub const HINT_SETTLES: SpanMs = SpanMs::seconds(5);
/// A wait is told only when this many were measured.
pub const WAITS_SAMPLES_MIN: u32 = 3;
/// The average of waits remembers about this many.
pub const WAITS_MEMORY: u32 = 10;
/// An average that old says nothing about now.
pub const WAITS_FADE: SpanMs = SpanMs::seconds(900);
/// The waits of one bucket are measured at most this often.
pub const WAITS_WRITE_EVERY: SpanMs = SpanMs::seconds(1);
/// How many hints one look reads per bucket.
pub const HINTS_PER_LOOK: usize = 20;
/// How many it reads when the first ones proposed nobody and there are more.
pub const HINTS_PER_DEEP_LOOK: usize = 400;
/// A user waits in at most this many tag buckets.
pub const TAGS_MAX: usize = 10;
/// The longest tag, in characters.
pub const TAG_CHARS_MAX: usize = 30;
/// The longest nickname, in characters.
pub const NICKNAME_CHARS_MAX: usize = 40;
/// The longest chat message, in characters.
pub const MESSAGE_CHARS_MAX: usize = 2000;
/// A side may say so many lines of chat at once in a session,
pub const LINES_AT_ONCE: u64 = 100;
/// and so many a second from its start: more than anybody types, and the end of the log that a page could make.
pub const LINES_PER_SECOND: u64 = 20;
/// Faster than this nobody types, in calls of any length: so many lines at once,
pub const LINES_TYPED_AT_ONCE: u64 = 20;
/// and so many a second from the call's start.
pub const LINES_TYPED_PER_SECOND: u64 = 1;
/// The longest session description or candidate that is relayed, in bytes; KVS refuses more than 10,000 as well.
pub const SIGNAL_BYTES_MAX: usize = 10_000;
/// The longest name of a media description or of ICE in a candidate, in bytes (RFC 8839 section 5.4: 256 characters).
pub const SIGNAL_NAME_BYTES_MAX: usize = 256;
/// A session description has at most so many lines,
pub const SDP_LINES_MAX: usize = 600;
/// of so many bytes each at most, and a candidate as many;
pub const SDP_LINE_BYTES_MAX: usize = 1_024;
/// of media at most so many.
pub const SDP_MEDIA_MAX: usize = 16;
/// Chat lines of each side given back to a page that returns.
pub const CHAT_REPLAY_MAX: usize = 200;
/// How many bytes of JSON those lines may be, so that `connected` stays within one frame of 32 KB.
pub const CHAT_REPLAY_BYTES_MAX: usize = 18_000;
/// Who lost a race for the best candidate takes one of so many at random.
pub const CANDIDATES_SPREAD: usize = 8;
/// A contended decision is made anew at most this often.
pub const ATTEMPTS_MAX: usize = 5;
/// A channel rests this long after a session before it is leased again, for nothing can throw a client off it.
pub const CHANNEL_COOL_DOWN: SpanMs = SpanMs::seconds(600);
/// A lease ends at most this long after the session's planned end, whatever happens.
pub const CHANNEL_LEASE_SLACK: SpanMs = SpanMs::seconds(60);
/// One look at the pool reads this many of the longest unused channels and takes one of them at random: as many as fit
/// one read unit.
pub const CHANNELS_PER_LOOK: usize = 8;
/// A presigned URL lives at most this long (AWS's own JavaScript client uses 299 s).
pub const PRESIGN_MAX: SpanMs = SpanMs::seconds(299);
/// `GetIceServerConfig` must answer within this time, or the call starts with STUN and `ice-servers` follows.
pub const ICE_CONFIG_WITHIN: SpanMs = SpanMs(300);
/// ICE servers are renewed this often in a session that outlives them: KVS's TURN credentials live 300 s
/// (`GetIceServerConfig`, field `Ttl`).
pub const ICE_RENEW_EVERY: SpanMs = SpanMs::seconds(240);
/// So long are KVS's TURN credentials good: `GetIceServerConfig`'s `Ttl` is 300 s.
pub const ICE_SERVERS_LIFE: SpanMs = SpanMs::seconds(300);
/// They are not renewed for what lasts no longer than this.
pub const ICE_RENEW_MARGIN: SpanMs = SpanMs::seconds(60);
/// A name for our own TURN servers ends after this time. It outlives [`ICE_SERVERS_LIFE`], so that what renews KVS's servers
/// in time renews ours.
pub const TURN_NAME_LIFE: SpanMs = SpanMs::seconds(600);
/// SQS delays a message by at most 900 s; longer timers hop.
pub const TIMER_HOP_MAX: SpanMs = SpanMs::seconds(900);
/// A ticket past its last widening step is looked after this often.
pub const LOOK_AGAIN_EVERY: SpanMs = SpanMs::seconds(4);
/// A look this late counts as missed: its timer is lost, or long delayed.
pub const LOOK_OVERDUE: SpanMs = SpanMs::seconds(3);
/// Signs of life of one person are written down at most this often.
pub const SEEN_WRITE_EVERY: SpanMs = SpanMs::seconds(20);
/// When `GetIceServerConfig` was too slow, it is asked once more and given this long.
pub const ICE_CONFIG_LATE: SpanMs = SpanMs::seconds(3);
/// One run of the pool's keeper makes at most this many channels: KVS allows 50 a second.
pub const CHANNELS_MADE_PER_RUN: usize = 400;
/// It removes at most this many: KVS allows 50 a second as well (`DeleteSignalingChannel`).
pub const CHANNELS_REMOVED_PER_RUN: usize = 400;
/// One run, each minute, removes this part of the channels that are too many: half are gone after some 42 minutes.
pub const POOL_SHRINKS_OVER: usize = 60;
/// So many are made or removed at a time.
pub const CHANNELS_MADE_SIDE_BY_SIDE: usize = 8;
/// The longest text that goes with a report or an appeal, in characters.
pub const STATEMENT_CHARS_MAX: usize = 1000;
/// So many lines of chat, the last ones of each side, go along with a report,
pub const EVIDENCE_LINES_MAX: usize = 20;
/// picked by the time at which they were said from so many of each side, by their numbers.
pub const EVIDENCE_LINES_READ: usize = 1000;
/// A report, what goes along with it and what was decided are kept this long, and as long as the sanction that answers it.
pub const REPORT_LIFE: SpanMs = SpanMs::seconds(365 * 24 * 3600);
/// Whom a person has reported they do not meet again while their live row is there; so many are remembered, the newest.
pub const REPORTED_MAX: usize = 16;
/// A report that a moderator has taken comes back to the queue after this time. Until it was free for as long again, who takes
/// it once more goes on holding it,
pub const REPORT_LEASE: SpanMs = SpanMs::seconds(300);
/// and nobody holds one for longer than this.
pub const REPORT_LEASE_MAX: SpanMs = SpanMs::seconds(30 * 60);
/// An urgent report stands in the queue as if it had come so much earlier.
pub const URGENT_HEAD_START: SpanMs = SpanMs::seconds(3600);
/// One look into the moderators' queue, or at a page of a list or of the book, reads so many.
pub const REPORTS_PER_LOOK: usize = 50;
/// A narrowed list looks at most so often for one page.
pub const REPORT_LOOKS_MAX: usize = 4;
/// All moderators write into one book, line after line: what lost its line to another is tried anew at most this often.
pub const BOOK_ATTEMPTS_MAX: usize = 12;
/// Who found no line in the book comes again after this time.
pub const BOOK_BUSY_FOR: SpanMs = SpanMs::seconds(2);
/// Of a person a moderator sees at most so many earlier reports of each direction, the newest.
pub const REPORTS_SHOWN: usize = 20;
/// A suspension lasts at most this long; what is to last longer is a ban.
pub const SUSPENSION_MAX: SpanMs = SpanMs::seconds(90 * 24 * 3600);
/// A ban lasts this long.
pub const BAN_LIFE: SpanMs = SpanMs::seconds(365 * 24 * 3600);
/// A sanction is remembered this long after its end, and a warning after it was given.
pub const SANCTION_LOG_LIFE: SpanMs = SpanMs::seconds(365 * 24 * 3600);
/// An appeal stands on its list for as long as the list keeps any; what can be appealed against must not hold for longer.
const _: () = assert!(REPORT_LIFE.0 >= BAN_LIFE.0 && BAN_LIFE.0 >= SUSPENSION_MAX.0);
/// At most so many sanctions of a person are shown, the newest.
pub const SANCTIONS_SHOWN: usize = 50;
/// Who moderates has signed in by mail within this time.
pub const MODERATOR_SIGN_IN: SpanMs = SpanMs::seconds(12 * 3600);
/// A ban that its moderator's request has not carried out itself, the call's end and the sockets' closing, is so after this.
pub const ENFORCED_AFTER: SpanMs = SpanMs::seconds(2);
/// A shard's counters remember the ids of so many events: a sender that got no answer sends them again within seconds.
pub const EVENTS_REMEMBERED: usize = 300;
/// And so many voices of calls whose pages have not yet said what they saw of them: 50 calls a second for 6 s, and longer the
/// fewer there are.
pub const VOICES_REMEMBERED: usize = 600;
/// Who is skipped by so many people within such a window goes on more slowly,
pub const SKIPPED_OFTEN: (usize, SpanMs) = (20, SpanMs::seconds(600));
/// for so long after it;
pub const SKIPPED_OFTEN_SLOWED: SpanMs = SpanMs::seconds(600);
/// by so many, moderators look.
pub const SKIPPED_BY_MANY: (usize, SpanMs) = (60, SpanMs::seconds(3600));
/// Who is reported by so many people within a day (UTC) stands in the moderators' queue once more, as one case.
pub const REPORTED_BY_MANY: (usize, SpanMs) = (5, SpanMs::seconds(24 * 3600));
/// Who writes so many lines faster than people type is warned.
pub const MESSAGE_FLOOD: (usize, SpanMs) = (60, SpanMs::seconds(600));
/// Who sends links to so many people is warned;
pub const LINKS_TO_MANY: (usize, SpanMs) = (5, SpanMs::seconds(3600));
/// to so many, moderators look.
pub const LINKS_TO_EVERYBODY: (usize, SpanMs) = (15, SpanMs::seconds(3600));
/// A device on which so many people sign in within a day (UTC) makes guests more slowly,
pub const CROWDED_DEVICE: (usize, SpanMs) = (30, SpanMs::seconds(24 * 3600));
/// for the rest of it and so much longer; its mark is of that day alone.
pub const CROWDED_DEVICE_SLOWED: SpanMs = SpanMs(0);
/// What comes so long after its window is noticed no more.
pub const NOTICED_LATE: SpanMs = SpanMs::seconds(3600);
/// So many people of a batch are looked at side by side.
pub const NOTICED_SIDE_BY_SIDE: usize = 16;
/// How soon after a match `next` goes on for who is slowed.
pub const SLOWED_COOL_DOWN: SpanMs = SpanMs::seconds(20);
/// Whatever is timed is taken to last at most this long: pages say what they like.
pub const TIMING_MAX: SpanMs = SpanMs::seconds(600);
/// What is open is counted by such slots of time in which it began.
pub const SLOT: SpanMs = SpanMs::seconds(600);
/// One look at the counters reads those of so many shards at most.
pub const TALLIES_MAX: usize = 100;
/// A shorter token for metrics, which somebody might guess, opens nothing.
pub const METRICS_TOKEN_BYTES_MIN: usize = 32;
/// A shorter origin secret might be guessed, and is refused at start.
pub const ORIGIN_SECRET_BYTES_MIN: usize = 32;
/// An instance remembers so many allowances at most, about 100 bytes each; one that knows more forgets them.
pub const PACES_MAX: usize = 10_000;
/// A room seats so many people when its maker does not say,
pub const ROOM_CAPACITY_DEFAULT: u8 = 8;
/// at least so many,
pub const ROOM_CAPACITY_MIN: u8 = 2;
/// and at most so many: each sends to each, and beyond this common lines and machines do not hold.
pub const ROOM_CAPACITY_MAX: u8 = 8;
/// The epoch of signaling in a room: its transport never changes.
pub const ROOM_EPOCH: u32 = 1;
/// So many wait before its door at most.
pub const ROOM_LOBBY_MAX: usize = 8;
/// So many whom the host has removed are remembered, the newest.
pub const ROOM_REMOVED_MAX: usize = 32;
/// A room that nobody uses, or in which nothing happens, is forgotten after this time.
pub const ROOM_LIFE: SpanMs = SpanMs::seconds(24 * 3600);
/// The longest name of a room, in characters.
pub const ROOM_NAME_CHARS_MAX: usize = 60;
/// The longest password of a room, in characters.
pub const ROOM_PASSWORD_CHARS_MAX: usize = 64;
/// So often a room's password is hashed (PBKDF2): it opens one room for a day at most, and its row goes with the last of its
/// people. NIST SP 800-132 section 5.2 asks for 1,000 at least.
pub const ROOM_PASSWORD_ROUNDS: u32 = 10_000;
/// Who answers a friend's call keeps their seat in a room this long: one hop of a timer.
pub const ROOM_HELD_FOR: SpanMs = SpanMs::seconds(900);
/// So often somebody looks whether the people of a room are still there: a `$disconnect` can be lost, and who is alone in a
/// room is told nothing that would show it.
pub const ROOM_LOOK_EVERY: SpanMs = SpanMs::seconds(600);
/// A look this late counts as missed: whoever comes back to the room makes it good.
pub const ROOM_LOOK_OVERDUE: SpanMs = SpanMs::seconds(60);
/// A change of a room that eight people enter at once is made anew at most this often.
pub const ROOM_ATTEMPTS_MAX: usize = 12;
