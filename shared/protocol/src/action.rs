//! Every action of the socket once, under its name on the wire.

macro_rules! actions {
    ($($action:ident: $name:literal;)*) => {
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

            /// The action of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    Hello: "hello";
    Ping: "ping";
    JoinQueue: "join-queue";
    LeaveQueue: "leave-queue";
    Next: "next";
    ConnectionStatus: "connection-status";
    SendOffer: "send-offer";
    SendAnswer: "send-answer";
    SendCandidate: "send-candidate";
    Fingerprint: "fingerprint";
    SendMessage: "send-message";
    SendReaction: "send-reaction";
    EndCall: "end-call";
    ExtendSession: "extend-session";
    Rematch: "rematch";
    GetMatchDetails: "get-match-details";
    CallRequest: "call-request";
    CallAccepted: "call-accepted";
    CallRejected: "call-rejected";
    CallCancel: "call-cancel";
}
