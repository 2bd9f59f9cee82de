//! How much each page of a room sends to each other one.

/// What one page sends to one other page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Kilobits of video a second while somebody else speaks.
    pub listener_kbps: u32,
    /// Kilobits of video a second for who speaks.
    pub speaker_kbps: u32,
    /// Lines of video at most.
    pub lines: u32,
    /// Pictures a second at most.
    pub frames: u32,
}

/// By how many are there, from two on. A page sends its share to each of the others, and takes as much from each: on a
/// common line of 2 Mbit/s up, who speaks in a room of eight sends 7 × 250 kbit/s.
pub const SHARES: [Share; 7] = [
    Share { listener_kbps: 1500, speaker_kbps: 1800, lines: 720, frames: 30 },
    Share { listener_kbps: 700, speaker_kbps: 900, lines: 540, frames: 30 },
    Share { listener_kbps: 400, speaker_kbps: 600, lines: 360, frames: 24 },
    Share { listener_kbps: 250, speaker_kbps: 450, lines: 360, frames: 20 },
    Share { listener_kbps: 180, speaker_kbps: 350, lines: 270, frames: 20 },
    Share { listener_kbps: 140, speaker_kbps: 300, lines: 270, frames: 15 },
    Share { listener_kbps: 110, speaker_kbps: 250, lines: 180, frames: 15 },
];

impl Share {
    /// The share in a room of so many.
    #[must_use]
    pub fn among(people: usize) -> Self {
        SHARES[people.saturating_sub(2).min(SHARES.len() - 1)]
    }
}
