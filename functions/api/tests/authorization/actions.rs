//! The table of the frames. `ack`: it is done; a number is the code of the refusal as a route would say it; `out` is
//! `not_in_session`, `ban` is `banned`.
//!
//! The columns are [`crate::table::EVERYBODY`]: nobody (`anon`), a friend of Ada's (`user`), a stranger (`othr`), who
//! was in a call with her (`ex-p`), whom she blocks (`blkd`), banned (`bann`), a moderator (`modr`), too late
//! (`expd`), from another deployment (`else`). `own` is a thing of theirs, `foreign` one of Ada's, `missing` one of
//! nobody's; `alone`: nothing is named.
//!
//! The call of the ex-partner is the one they had with Ada, and that of the banned was ended by the ban. In a call,
//! who is too late speaks on a socket that a newer one has superseded.

use protocol::action::Action;

use crate::deeds::{queue, ring, room, talk};
use crate::table::table;

table! {
    /// Who speaks is who opened the socket, whatever they say. Within a call speaks whom the call names, and nobody
    /// else learns whether there is one.
    frame(Action) {
        //                                                 anon user othr ex-p blkd bann modr expd else
        Hello { queue::HELLO { alone                      [401  ack  ack  ack  ack  ban  ack  401  401] } }
        Ping { queue::PING { alone                        [401  ack  ack  ack  ack  ack  ack  401  401] } }
        // The thing is the user id that a page claims: it saves a read, and lets nobody queue for another.
        JoinQueue {
            queue::JOIN { own                             [401  ack  ack  ack  ack  ban  ack  401  401]
                          foreign                         [401  ack  ack  ack  ack  ban  ack  401  401]
                          missing                         [401  ack  ack  ack  ack  ban  ack  401  401] }
        }
        LeaveQueue { queue::LEAVE { alone                 [401  ack  ack  ack  ack  ack  ack  401  401] } }
        // From another call than the present one: nothing is done, as for a page that says it twice.
        Next {
            queue::NEXT { own                             [401  ack  ack  out  ack  out  ack  401  401]
                          foreign                         [401  ack  ack  out  ack  out  ack  401  401]
                          missing                         [401  ack  ack  out  ack  out  ack  401  401] }
        }
        ConnectionStatus {
            talk::RECEIVED { own                          [out  ack  ack  out  ack  out  ack  out  out]
                             foreign                      [out  out  out  out  out  out  out  out  out]
                             missing                      [out  out  out  out  out  out  out  out  out] }
            talk::SIGNALING_FAILED { own                  [out  ack  ack  out  ack  out  ack  out  out]
                                     foreign              [out  out  out  out  out  out  out  out  out]
                                     missing              [out  out  out  out  out  out  out  out  out] }
            talk::PARTNER_LOST { own                      [out  ack  ack  out  ack  out  ack  out  out]
                                 foreign                  [out  out  out  out  out  out  out  out  out]
                                 missing                  [out  out  out  out  out  out  out  out  out] }
            // What a page has seen is for analysts alone: nothing is read for it, so that nobody is asked who they are.
            talk::CONNECTED { own                         [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                              foreign                     [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                              missing                     [ack  ack  ack  ack  ack  ack  ack  ack  ack] }
            talk::FAILED { own                            [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                           foreign                        [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                           missing                        [ack  ack  ack  ack  ack  ack  ack  ack  ack] }
            talk::RECONNECTING { own                      [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                                 foreign                  [ack  ack  ack  ack  ack  ack  ack  ack  ack]
                                 missing                  [ack  ack  ack  ack  ack  ack  ack  ack  ack] }
        }
        SendOffer {
            talk::OFFER { own                             [out  ack  ack  out  ack  out  ack  out  out]
                          foreign                         [out  out  out  out  out  out  out  out  out]
                          missing                         [out  out  out  out  out  out  out  out  out] }
            room::OFFER { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        SendAnswer {
            talk::ANSWER { own                            [out  ack  ack  out  ack  out  ack  out  out]
                           foreign                        [out  out  out  out  out  out  out  out  out]
                           missing                        [out  out  out  out  out  out  out  out  out] }
            room::ANSWER { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        SendCandidate {
            talk::CANDIDATE { own                         [out  ack  ack  out  ack  out  ack  out  out]
                              foreign                     [out  out  out  out  out  out  out  out  out]
                              missing                     [out  out  out  out  out  out  out  out  out] }
            room::CANDIDATE { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        Fingerprint {
            talk::FINGERPRINT { own                       [out  ack  ack  out  ack  out  ack  out  out]
                                foreign                   [out  out  out  out  out  out  out  out  out]
                                missing                   [out  out  out  out  out  out  out  out  out] }
            room::FINGERPRINT { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        SendMessage {
            talk::MESSAGE { own                           [out  ack  ack  out  ack  out  ack  out  out]
                            foreign                       [out  out  out  out  out  out  out  out  out]
                            missing                       [out  out  out  out  out  out  out  out  out] }
            room::MESSAGE { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        SendReaction {
            talk::REACTION { own                          [out  ack  ack  out  ack  out  ack  out  out]
                             foreign                      [out  out  out  out  out  out  out  out  out]
                             missing                      [out  out  out  out  out  out  out  out  out] }
            room::REACTION { own                            [out  ack  ack  ack  ack  out  ack  out  out]
                            foreign [out  out  out  out  out  out  out  out  out]
                            missing [out  out  out  out  out  out  out  out  out] }
        }
        EndCall {
            talk::END { own                               [out  ack  ack  out  ack  out  ack  out  out]
                        foreign                           [out  out  out  out  out  out  out  out  out]
                        missing                           [out  out  out  out  out  out  out  out  out] }
        }
        ExtendSession {
            talk::EXTEND { own                            [out  ack  ack  out  ack  out  ack  out  out]
                           foreign                        [out  out  out  out  out  out  out  out  out]
                           missing                        [out  out  out  out  out  out  out  out  out] }
        }
        // Of a call that has ended just now. The ex-partner's has, and that of the banned before the ban.
        Rematch {
            talk::REMATCH { own                           [401  ack  ack  ack  ack  ban  ack  401  401]
                            foreign                       [401  out  out  out  out  out  out  401  401]
                            missing                       [401  out  out  out  out  out  out  401  401] }
        }
        GetMatchDetails {
            talk::DETAILS { own                           [out  ack  ack  out  ack  out  ack  out  out]
                            foreign                       [out  out  out  out  out  out  out  out  out]
                            missing                       [out  out  out  out  out  out  out  out  out] }
        }
        // Their own friend, Ada's, and nobody.
        CallRequest {
            ring::RING { own                              [401  ack  ack  ack  ack  ban  ack  401  401]
                         foreign                          [401  403  403  403  403  403  403  401  401]
                         missing                          [401  403  403  403  403  403  403  401  401] }
        }
        CallAccepted {
            ring::ACCEPT { own                            [401  ack  ack  ack  ack  ban  ack  401  401]
                           foreign                        [401  404  404  404  404  404  404  401  401]
                           missing                        [401  404  404  404  404  404  404  401  401] }
            // Who rings cannot answer in the other's place.
            ring::ACCEPT_OWN_RING { alone                 [401  404  404  404  404  404  404  401  401] }
        }
        CallRejected {
            ring::REJECT { own                            [401  ack  ack  ack  ack  ack  ack  401  401]
                           foreign                        [401  404  404  404  404  404  404  401  401]
                           missing                        [401  404  404  404  404  404  404  401  401] }
            ring::REJECT_OWN_RING { alone                 [401  404  404  404  404  404  404  401  401] }
        }
        CallCancel {
            ring::CANCEL { own                            [401  ack  ack  ack  ack  ack  ack  401  401]
                           foreign                        [401  404  404  404  404  404  404  401  401]
                           missing                        [401  404  404  404  404  404  404  401  401] }
            // Who is rung cannot call it off.
            ring::CANCEL_RUNG { alone                     [401  404  404  404  404  404  404  401  401] }
        }
        // Whoever knows the link comes in.
        JoinRoom {
            room::JOIN { own                              [401  ack  ack  ack  ack  ban  ack  401  401]
                         foreign                          [401  ack  ack  ack  ack  ban  ack  401  401]
                         missing                          [401  404  404  404  404  404  404  401  401] }
        }
        // Out of a room in which one is not, one is.
        LeaveRoom {
            room::LEAVE { own                             [401  ack  ack  ack  ack  ack  ack  401  401]
                          foreign                         [401  ack  ack  ack  ack  ack  ack  401  401]
                          missing                         [401  ack  ack  ack  ack  ack  ack  401  401] }
        }
        RaiseHand {
            room::HAND { own                              [out  ack  ack  ack  ack  out  ack  out  out]
                         foreign                          [out  out  out  out  out  out  out  out  out]
                         missing                          [out  out  out  out  out  out  out  out  out] }
        }
        ShareScreen {
            room::SCREEN { own                              [out  ack  ack  ack  ack  out  ack  out  out]
                         foreign                          [out  out  out  out  out  out  out  out  out]
                         missing                          [out  out  out  out  out  out  out  out  out] }
        }
        RoomAdmin {
            room::LOCK { own                              [out  ack  ack  ack  ack  out  ack  out  out]
                         foreign                          [out  out  out  out  out  out  out  out  out]
                         missing                          [out  out  out  out  out  out  out  out  out] }
            room::REMOVE { own                              [out  ack  ack  ack  ack  out  ack  out  out]
                         foreign                          [out  out  out  out  out  out  out  out  out]
                         missing                          [out  out  out  out  out  out  out  out  out] }
        }
    }
}
