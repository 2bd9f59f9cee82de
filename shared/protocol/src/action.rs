//! Every action of the socket once: its name on the wire, and what is counted before it.

use domain::quota::Class;

macro_rules! actions {
    ($($action:ident: $name:literal $class:ident;)*) => {
        /// What a frame can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the actions are those of docs/PROTOCOL.md, word for word")]
        pub enum Action { $($action),* }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$action),*];

            /// The action as the wire spells it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)*
                }
            }

            /// What is counted before it.
            #[must_use]
            pub const fn class(self) -> Class {
                match self {
                    $(Self::$action => Class::$class,)*
                }
            }

            /// The action of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    Hello: "hello" Frame;
    Ping: "ping" Frame;
    JoinQueue: "join-queue" Queue;
    LeaveQueue: "leave-queue" Queue;
    Next: "next" Queue;
    ConnectionStatus: "connection-status" Frame;
    SendOffer: "send-offer" Frame;
    SendAnswer: "send-answer" Frame;
    SendCandidate: "send-candidate" Signal;
    Fingerprint: "fingerprint" Frame;
    SendMessage: "send-message" Chat;
    SendReaction: "send-reaction" Chat;
    EndCall: "end-call" Frame;
    ExtendSession: "extend-session" Frame;
    Rematch: "rematch" Frame;
    GetMatchDetails: "get-match-details" Frame;
    CallRequest: "call-request" Ring;
    CallAccepted: "call-accepted" Frame;
    CallRejected: "call-rejected" Frame;
    CallCancel: "call-cancel" Frame;
    JoinRoom: "join-room" Enter;
    LeaveRoom: "leave-room" Frame;
    RaiseHand: "raise-hand" Frame;
    ShareScreen: "share-screen" Frame;
    RoomAdmin: "room-admin" Frame;
}
