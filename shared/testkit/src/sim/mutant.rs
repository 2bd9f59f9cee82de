//! Planted bugs: a decision is data, so a bug is a change to that data, with no switch in the core.

use domain::row::{Change, Guard, Row, Write};

/// A bug that is planted into every transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// User rows are written whatever stands there.
    UnfencedUsers,
    /// Session rows are.
    UnfencedSessions,
    /// Channel rows are.
    UnfencedChannels,
    /// Of a transaction only the first change is written, as by a crash between single writes.
    FirstChangeOnly,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::UnfencedUsers, Self::UnfencedSessions, Self::UnfencedChannels, Self::FirstChangeOnly];

    /// The changes as the bug makes them.
    #[must_use]
    pub fn plant(self, changes: &[Change]) -> Vec<Change> {
        match self {
            Self::FirstChangeOnly => changes.iter().take(1).cloned().collect(),
            Self::UnfencedUsers | Self::UnfencedSessions | Self::UnfencedChannels => {
                changes.iter().map(|change| self.unfenced(change)).collect()
            }
        }
    }

    fn unfenced(self, change: &Change) -> Change {
        let Write::Put(row) = &change.write else { return change.clone() };
        let meant = match (self, &**row) {
            (Self::UnfencedUsers, Row::User(_))
            | (Self::UnfencedSessions, Row::Session(_))
            | (Self::UnfencedChannels, Row::Channel(_)) => true,
            (Self::UnfencedUsers | Self::UnfencedSessions | Self::UnfencedChannels | Self::FirstChangeOnly, _) => false,
        };
        if meant { Change { guard: Guard::None, ..change.clone() } } else { change.clone() }
    }
}
