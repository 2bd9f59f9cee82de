//! The table of the routes. A number is the HTTP status, and with it the code of a refusal; `ban` is `banned`, of 403;
//! `end` is a 401 that ends the chain of refresh tokens it was asked with.
//!
//! The columns are [`crate::table::EVERYBODY`]: nobody (`anon`), a friend of Ada's (`user`), a stranger (`othr`), who
//! was in a call with her (`ex-p`), whom she blocks (`blkd`), banned (`bann`), a moderator (`modr`), too late
//! (`expd`), from another deployment (`else`). `own` is a thing of theirs, `foreign` one of Ada's, `missing` one of
//! nobody's; `alone`: nothing is named.

use protocol::route::{ApiRoute, AuthRoute};

use crate::deeds::{friends, guests, link, me, open, people, push, room, safety, sign_in, turn};
use crate::table::table;

table! {
    /// Routes that read or write a cookie are our own page's alone: another deployment's is refused whatever it shows.
    /// A link needs nobody to be signed in. A banned person may sign in, but not come as a new guest on that device.
    auth(AuthRoute) {
        //                                                 anon user othr ex-p blkd bann modr expd else
        Login {
            guests::COME { own                            [200  200  200  200  200  ban  200  200  403]
                           foreign                        [200  200  200  200  200  200  200  200  403]
                           missing                        [200  200  200  200  200  200  200  200  403] }
            link::LOG_IN { own                            [202  202  202  202  202  202  202  202  403]
                           foreign                        [202  202  202  202  202  202  202  202  403]
                           missing                        [202  202  202  202  202  202  202  202  403] }
        }
        Signup {
            link::SIGN_UP { own                           [202  202  202  202  202  202  202  202  403]
                            foreign                       [202  202  202  202  202  202  202  202  403]
                            missing                       [202  202  202  202  202  202  202  202  403] }
        }
        VerifyLink {
            link::OPEN { own                              [200  200  200  200  200  200  200  410  403]
                         foreign                          [202  202  202  202  202  202  202  202  403]
                         missing                          [410  410  410  410  410  410  410  410  403] }
            link::TYPE_CODE { own                         [200  200  200  200  200  200  200  401  403]
                              foreign                     [401  401  401  401  401  401  401  401  403]
                              missing                     [401  401  401  401  401  401  401  401  403] }
        }
        Token {
            guests::COME { own                            [200  200  200  200  200  ban  200  200  403]
                           foreign                        [200  200  200  200  200  200  200  200  403]
                           missing                        [200  200  200  200  200  200  200  200  403] }
        }
        Refresh {
            sign_in::REFRESH { own                        [401  200  200  200  200  200  200  401  403]
                               foreign                    [401  401  401  401  401  401  401  401  403]
                               missing                    [401  401  401  401  401  401  401  401  403] }
            // Whoever shows an old token of a chain ends it: a copy is about. Who knows its name alone, which is the `sid` of
            // every access token, does not.
            sign_in::REFRESH_BY_OLD { own                 [401  end  end  end  end  end  end  401  403]
                                      foreign             [401  401  401  401  401  401  401  401  403]
                                      missing             [401  401  401  401  401  401  401  401  403] }
        }
        // Going out is never refused to who shows a cookie; one of nobody's ends nothing, an old one what it names.
        Logout {
            sign_in::LOG_OUT { own                        [401  204  204  204  204  204  204  204  403]
                               foreign                    [401  204  204  204  204  204  204  204  403]
                               missing                    [401  204  204  204  204  204  204  204  403] }
            sign_in::LOG_OUT_BY_OLD { own                 [401  204  204  204  204  204  204  204  403]
                                      foreign             [401  204  204  204  204  204  204  204  403]
                                      missing             [401  204  204  204  204  204  204  204  403] }
        }
        LogoutAll {
            sign_in::LOG_OUT_EVERYWHERE { own             [401  204  204  204  204  204  204  401  403]
                                          foreign         [401  401  401  401  401  401  401  401  403]
                                          missing         [401  401  401  401  401  401  401  401  403] }
            sign_in::LOG_OUT_EVERYWHERE_BY_OLD { own      [401  401  401  401  401  401  401  401  403]
                                                 foreign  [401  401  401  401  401  401  401  401  403]
                                                 missing  [401  401  401  401  401  401  401  401  403] }
        }
        Verify { sign_in::VERIFY { alone                  [401  200  200  200  200  200  200  401  401] } }
        SocketTicket { sign_in::TICKET { alone            [401  200  200  200  200  ban  200  401  401] } }
        Keys { open::KEYS { alone                         [200  200  200  200  200  200  200  200  200] } }
    }

    /// Everything of a person is theirs alone. A ban keeps nobody from what is their own, but from meeting people. Whoever knows somebody's id
    /// may block them, or ask to be friends; who blocks the asker hears nothing of it, and the asker does not learn
    /// that.
    api(ApiRoute) {
        //                                                 anon user othr ex-p blkd bann modr expd else
        ReadMe { me::READ { alone                         [401  200  200  200  200  200  200  401  401] } }
        WriteMe { me::WRITE { alone                       [401  200  200  200  200  200  200  401  401] } }
        ListBlocks { people::BLOCKED { alone              [401  200  200  200  200  200  200  401  401] } }
        Block {
            people::BLOCK_PARTNER { own                   [401  200  200  200  200  200  200  401  401]
                                    foreign               [401  404  404  404  404  404  404  401  401]
                                    missing               [401  404  404  404  404  404  404  401  401] }
            // Their own id is that of no other.
            people::BLOCK_PERSON { own                    [401  400  400  400  400  400  400  401  401]
                                   foreign                [401  200  200  200  200  200  200  401  401]
                                   missing                [401  404  404  404  404  404  404  401  401] }
        }
        Unblock {
            people::UNBLOCK { own                         [401  204  204  204  204  204  204  401  401]
                              foreign                     [401  404  404  404  404  404  404  401  401]
                              missing                     [401  404  404  404  404  404  404  401  401] }
        }
        // All of a person at once is for who has just read a mail of theirs.
        Erase {
            me::ERASE { alone                             [401  202  202  202  202  202  202  401  401] }
            me::ERASE_LATER { alone                       [401  403  403  403  403  403  403  401  401] }
        }
        Export {
            me::EXPORT { alone                            [401  200  200  200  200  200  200  401  401] }
            me::EXPORT_LATER { alone                      [401  403  403  403  403  403  403  401  401] }
        }
        CallHistory { me::CALLS { alone                   [401  200  200  200  200  200  200  401  401] } }
        // Their own name, Ada's, and that of somebody who does not want to be found.
        Search {
            people::SEARCH { own                          [401  200  200  200  200  ban  200  401  401]
                             foreign                      [401  200  200  200  200  ban  200  401  401]
                             missing                      [401  200  200  200  200  ban  200  401  401] }
        }
        AskFriend {
            friends::ASK_PARTNER { own                    [401  202  202  202  202  ban  202  401  401]
                                   foreign                [401  404  404  404  404  ban  404  401  401]
                                   missing                [401  404  404  404  404  ban  404  401  401] }
            friends::ASK_PERSON { own                     [401  400  400  400  400  ban  400  401  401]
                                  foreign                 [401  202  202  202  202  ban  202  401  401]
                                  missing                 [401  404  404  404  404  ban  404  401  401] }
            // An address that is Ada's and one that is nobody's make no difference.
            friends::ASK_ADDRESS { own                    [401  400  400  400  400  ban  400  401  401]
                                   foreign                [401  202  202  202  202  ban  202  401  401]
                                   missing                [401  202  202  202  202  ban  202  401  401] }
        }
        AnswerFriend {
            friends::ACCEPT { own                         [401  200  200  200  200  200  200  401  401]
                              foreign                     [401  404  404  404  404  404  404  401  401]
                              missing                     [401  404  404  404  404  404  404  401  401] }
            friends::REJECT { own                         [401  200  200  200  200  200  200  401  401]
                              foreign                     [401  404  404  404  404  404  404  401  401]
                              missing                     [401  404  404  404  404  404  404  401  401] }
        }
        Friends { friends::LIST { alone                   [401  200  200  200  200  200  200  401  401] } }
        PartFriend {
            friends::PART { own                           [401  204  204  204  204  204  204  401  401]
                            foreign                       [401  404  404  404  404  404  404  401  401]
                            missing                       [401  404  404  404  404  404  404  401  401] }
            friends::TAKE_BACK { own                      [401  204  204  204  204  204  204  401  401]
                                 foreign                  [401  404  404  404  404  404  404  401  401]
                                 missing                  [401  404  404  404  404  404  404  401  401] }
        }
        PushKey { push::KEY { alone                       [401  200  200  200  200  200  200  401  401] } }
        Subscribe { push::SUBSCRIBE { alone               [401  204  204  204  204  204  204  401  401] } }
        Unsubscribe {
            push::UNSUBSCRIBE { own                       [401  204  204  204  204  204  204  401  401]
                                foreign                   [401  204  204  204  204  204  204  401  401]
                                missing                   [401  204  204  204  204  204  204  401  401] }
        }
        Consent { safety::AGREE { alone                   [401  200  200  200  200  200  200  401  401] } }
        // The call of the banned was ended by the ban; what was said in it can be reported all the same.
        Report {
            safety::REPORT { own                          [401  201  201  201  201  201  201  401  401]
                             foreign                      [401  404  404  404  404  404  404  401  401]
                             missing                      [401  404  404  404  404  404  404  401  401] }
        }
        Sanctions { safety::SANCTIONS { alone             [401  200  200  200  200  200  200  401  401] } }
        Appeal {
            safety::APPEAL { own                          [401  201  201  201  201  201  201  401  401]
                             foreign                      [401  404  404  404  404  404  404  401  401]
                             missing                      [401  404  404  404  404  404  404  401  401] }
        }
        // Who moderates stands in the profile; nobody decides on what they do not hold, nor on what is about them.
        Reports { safety::LIST { alone                    [401  403  403  403  403  ban  200  401  401] } }
        NextReport { safety::NEXT { alone                 [401  403  403  403  403  ban  200  401  401] } }
        ReportStats { safety::LIST { alone                [401  403  403  403  403  ban  200  401  401] } }
        Status { safety::LIST { alone                     [401  403  403  403  403  ban  200  401  401] } }
        Moderate {
            safety::DISMISS { own                         [401  403  403  403  403  ban  200  401  401]
                              foreign                     [401  403  403  403  403  ban  409  401  401]
                              missing                     [401  403  403  403  403  ban  404  401  401] }
        }
        Audit { safety::LIST { alone                      [401  403  403  403  403  ban  200  401  401] } }
        Appeals { safety::APPEALS { alone                 [401  403  403  403  403  ban  200  401  401] } }
        AnswerAppeal {
            safety::ANSWER { own                          [401  403  403  403  403  ban  403  401  401]
                             foreign                      [401  403  403  403  403  ban  200  401  401]
                             missing                      [401  403  403  403  403  ban  404  401  401] }
        }
        // Who is banned has no call to make, though the one they are in goes on.
        TurnCredentials {
            turn::OUTSIDE { alone                         [401  200  200  200  200  ban  200  401  401] }
            turn::IN_CALL { own                           [401  200  200  out  200  ban  200  401  401]
                            foreign                       [401  out  out  out  out  ban  out  401  401]
                            missing                       [401  out  out  out  out  ban  out  401  401] }
        }
        CreateRoom { room::CREATE { alone                 [401  200  200  200  200  ban  200  401  401] } }
        // Whoever knows the link sees what is behind it.
        Room {
            room::LOOK { own                              [200  200  200  200  200  200  200  200  200]
                         foreign                          [200  200  200  200  200  200  200  200  200]
                         missing                          [404  404  404  404  404  404  404  404  404] }
        }
        Health { open::HEALTH { alone                     [200  200  200  200  200  200  200  200  200] } }
        Ready { open::HEALTH { alone                      [200  200  200  200  200  200  200  200  200] } }
        // For who has the deployment's own token, and nobody else.
        Metrics { open::METRICS { alone                   [401  401  401  401  401  401  401  401  401] } }
    }
}
