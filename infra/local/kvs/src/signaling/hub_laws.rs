//! Laws of the signaling service, over random histories of two channels.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::limits::Limits;

const ARNS: [&str; 2] = ["arn:one", "arn:two"];
const CLIENTS: usize = 4;
const VIEWERS_MAX: usize = 3;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn every_history_obeys_the_laws(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in steps {
            world.apply(step)?;
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Channel, and a viewer's number or the master.
    Connect(usize, Option<usize>),
    /// A socket by its place among all there ever were, what it says, to whom, asking for a status.
    Say(prop::sample::Index, usize, Option<usize>, bool),
    Close(prop::sample::Index),
    Wake(prop::sample::Index),
    Pass(u64),
    Delete(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let client = prop::option::weighted(0.6, 0..CLIENTS);
    prop_oneof![
        5 => (0..ARNS.len(), client.clone()).prop_map(|(arn, client)| Step::Connect(arn, client)),
        12 => (any::<prop::sample::Index>(), 0..3_usize, client, any::<bool>())
            .prop_map(|(id, kind, to, asks)| Step::Say(id, kind, to, asks)),
        2 => any::<prop::sample::Index>().prop_map(Step::Close),
        1 => any::<prop::sample::Index>().prop_map(Step::Wake),
        4 => prop_oneof![0_u64..400, 1_000_u64..9_000, 100_000_u64..900_000].prop_map(Step::Pass),
        1 => (0..ARNS.len()).prop_map(Step::Delete),
    ]
}

/// What was said, by its number.
struct Said {
    arn: usize,
    from: Option<usize>,
    to: Option<usize>,
    kind: usize,
    expires_at_ms: u64,
}

/// The hub, and the little that an onlooker knows of it.
struct World {
    hub: Hub,
    limits: Limits,
    now_ms: u64,
    /// Channel and role of every socket there ever was, in order of connecting.
    sockets: Vec<(ConnectionId, usize, Option<usize>)>,
    open: BTreeSet<ConnectionId>,
    newest: BTreeMap<(usize, Option<usize>), ConnectionId>,
    said_by_number: BTreeMap<u64, Said>,
    accepted_at_ms: BTreeMap<(ConnectionId, usize), Vec<u64>>,
    next_number: u64,
}

impl World {
    fn new() -> Self {
        let limits = Limits { viewers_max: VIEWERS_MAX, ..Limits::production() };
        Self {
            hub: Hub::new(limits.clone()),
            limits,
            now_ms: 1_700_000_000_000,
            sockets: vec![],
            open: BTreeSet::new(),
            newest: BTreeMap::new(),
            said_by_number: BTreeMap::new(),
            accepted_at_ms: BTreeMap::new(),
            next_number: 0,
        }
    }

    fn apply(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Connect(arn, client) => self.connect(arn, client),
            Step::Say(id, kind, to, asks) if !self.sockets.is_empty() => {
                let (id, arn, from) = *id.get(&self.sockets);
                self.say(id, (arn, from), kind, to, asks)
            }
            Step::Close(id) if !self.sockets.is_empty() => {
                let (id, ..) = *id.get(&self.sockets);
                self.hub.closed(id);
                self.gone(id);
                Ok(())
            }
            Step::Wake(id) if !self.sockets.is_empty() => {
                let (id, ..) = *id.get(&self.sockets);
                self.wake(id)
            }
            Step::Pass(ms) => {
                self.now_ms += ms;
                Ok(())
            }
            Step::Delete(arn) => self.delete(arn),
            Step::Say(..) | Step::Close(_) | Step::Wake(_) => Ok(()),
        }
    }

    fn connect(&mut self, arn: usize, client: Option<usize>) -> Result<(), TestCaseError> {
        let peer = client.map_or(Peer::Master, |client| Peer::Viewer(ClientId::parse(&name(client)).unwrap()));
        let Ok((id, waiting)) = self.hub.connect(ARNS[arn], peer, self.now_ms) else { return Ok(()) };
        prop_assert!(self.sockets.iter().all(|(known, ..)| *known != id), "an id is used once");
        self.sockets.push((id, arn, client));
        self.open.insert(id);
        self.newest.insert((arn, client), id);
        let viewers = self.newest.keys().filter(|(known, who)| *known == arn && who.is_some()).count();
        prop_assert!(viewers <= VIEWERS_MAX, "{viewers} viewers");
        let mut numbers = vec![];
        for output in waiting {
            numbers.push(self.delivered(&output)?);
            prop_assert!(matches!(output, Output::Send(to, _) if to == id), "what waits goes to the newcomer");
        }
        prop_assert!(numbers.is_sorted(), "in order of saying: {numbers:?}");
        Ok(())
    }

    fn say(
        &mut self,
        id: ConnectionId,
        (arn, from): (usize, Option<usize>),
        kind: usize,
        to: Option<usize>,
        asks: bool,
    ) -> Result<(), TestCaseError> {
        let number = self.next_number;
        self.next_number += 1;
        let action = ["SDP_OFFER", "SDP_ANSWER", "ICE_CANDIDATE"][kind];
        let mut frame = json!({ "action": action, "messagePayload": number.to_string() });
        if let Some(to) = to {
            frame["recipientClientId"] = json!(name(to));
        }
        if asks {
            frame["correlationId"] = json!(format!("c-{number}"));
        }
        let ttl_ms = 5_000;
        let outputs = self.hub.receive(id, &frame.to_string(), ttl_ms, self.now_ms);
        prop_assert!(outputs.len() <= 1, "a frame has one consequence: {outputs:?}");
        let speaks = self.newest.get(&(arn, from)) == Some(&id);
        if !speaks {
            prop_assert_eq!(outputs, vec![], "a displaced or closed socket is not heard");
            return Ok(());
        }
        // A viewer always speaks to the master; the master has to name a viewer.
        let to = if from.is_some() { None } else { to };
        let addressed = from.is_some() || to.is_some();
        let within = self.accept(id, kind);
        if !(within && addressed) {
            return self.is_status(&outputs, id, asks.then_some(number));
        }
        if kind != 2 {
            // An offer or answer takes the place of the one that waits.
            self.said_by_number
                .retain(|_, known| !(known.kind != 2 && (known.arn, known.from, known.to) == (arn, from, to)));
        }
        let expires_at_ms = self.now_ms + ttl_ms;
        self.said_by_number.insert(number, Said { arn, from, to, kind, expires_at_ms });
        match self.newest.get(&(arn, to)) {
            Some(receiver) => {
                let receiver = *receiver;
                prop_assert_eq!(outputs.len(), 1, "a present receiver hears at once");
                prop_assert!(matches!(&outputs[0], Output::Send(id, _) if *id == receiver));
                prop_assert_eq!(self.delivered(&outputs[0])?, number);
            }
            None => prop_assert_eq!(outputs, vec![], "for an absent receiver it waits"),
        }
        Ok(())
    }

    /// An independent count: whether a message is within its socket's rate. Every kind that the
    /// sender may not exceed counts also when its addressee is missing.
    fn accept(&mut self, id: ConnectionId, kind: usize) -> bool {
        let per_second = if kind == 2 { self.limits.candidates_per_second } else { self.limits.sdp_per_second };
        let taken = self.accepted_at_ms.entry((id, kind)).or_default();
        // A bucket that refills evenly, told from the whole history.
        let level = taken.iter().fold((0.0_f64, 0_u64), |(level, last), at| {
            ((level - (at - last) as f64 * f64::from(per_second) / 1000.0).max(0.0) + 1.0, *at)
        });
        let now = (level.0 - (self.now_ms - level.1) as f64 * f64::from(per_second) / 1000.0).max(0.0);
        let within = now + 1.0 <= f64::from(per_second) + 1e-6;
        if within {
            taken.push(self.now_ms);
        }
        within
    }

    fn is_status(&self, outputs: &[Output], to: ConnectionId, number: Option<u64>) -> Result<(), TestCaseError> {
        let Some(number) = number else {
            prop_assert_eq!(outputs, [], "no status without a correlation id");
            return Ok(());
        };
        let [Output::Send(id, text)] = outputs else {
            return Err(TestCaseError::fail(format!("a status was due: {outputs:?}")));
        };
        let frame: Value = serde_json::from_str(text).unwrap();
        prop_assert_eq!(*id, to);
        prop_assert_eq!(&frame["messageType"], "STATUS_RESPONSE");
        prop_assert_eq!(&frame["statusResponse"]["correlationId"], &json!(format!("c-{number}")));
        Ok(())
    }

    /// Checks one delivery and takes the message out: nothing is delivered twice.
    fn delivered(&mut self, output: &Output) -> Result<u64, TestCaseError> {
        let Output::Send(id, text) = output else {
            return Err(TestCaseError::fail("a delivery was expected"));
        };
        let frame: Value = serde_json::from_str(text).unwrap();
        let number: u64 = frame["messagePayload"].as_str().unwrap().parse().unwrap();
        let Some(said) = self.said_by_number.remove(&number) else {
            return Err(TestCaseError::fail(format!("{number} was never said, replaced, or came twice")));
        };
        prop_assert!(self.now_ms < said.expires_at_ms, "{} is too old", number);
        prop_assert_eq!(self.newest.get(&(said.arn, said.to)), Some(id), "only the newest of the addressed");
        prop_assert_eq!(said.from.is_some(), said.to.is_none(), "viewers never reach viewers");
        let sender = said.from.map(name);
        prop_assert_eq!(frame["senderClientId"].as_str(), sender.as_deref());
        Ok(number)
    }

    fn wake(&mut self, id: ConnectionId) -> Result<(), TestCaseError> {
        let due = self.hub.deadline_ms(id).is_some_and(|deadline_ms| deadline_ms <= self.now_ms);
        let outputs = self.hub.wake(id, self.now_ms);
        prop_assert_eq!(
            outputs.len(),
            usize::from(due && self.open.contains(&id)),
            "awake at the deadline, not before"
        );
        if outputs == [Output::Close(id)] {
            self.gone(id);
        }
        Ok(())
    }

    fn delete(&mut self, arn: usize) -> Result<(), TestCaseError> {
        let all: Vec<_> = self.sockets.iter().filter(|(id, of, _)| *of == arn && self.open.contains(id)).collect();
        let expected: Vec<_> = all.iter().map(|(id, ..)| Output::Close(*id)).collect();
        prop_assert_eq!(self.hub.remove_channel(ARNS[arn]), expected);
        for (id, ..) in self.sockets.clone() {
            if self.sockets.iter().any(|(known, of, _)| *known == id && *of == arn) {
                self.gone(id);
            }
        }
        self.said_by_number.retain(|_, said| said.arn != arn);
        Ok(())
    }

    fn gone(&mut self, id: ConnectionId) {
        self.open.remove(&id);
        self.newest.retain(|_, known| *known != id);
    }
}

fn name(client: usize) -> String {
    format!("v-{client}")
}
