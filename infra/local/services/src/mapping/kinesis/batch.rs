//! One shard of a mapping: batch after batch, with retries, until told to stop.

use std::sync::Arc;
use std::time::Duration;

use local_wire::InvokeError;

use super::discard::{self, Condition};
use super::{Reader, Start, event};
use crate::clock;
use crate::kinesis::{Backlog, Position, Record, ShardOfStream};
use crate::mapping::report::{self, Report};
use crate::task::Stop;

/// Bytes of data and keys in a batch; in base64 and with their frames they stay near the limit of
/// an event, which [`event::payload`] keeps.
const BATCH_BYTES_MAX: usize = 4 << 20;
/// The pause before a failed batch is tried again, doubled each time up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// One shard as a mapping reads it.
pub(super) struct Shard {
    reader: Arc<Reader>,
    shard: ShardOfStream,
    position: Position,
}

/// Records on their way to the function.
struct Work {
    records: Vec<Record>,
    retries: u32,
    invocations: u32,
}

/// How an invocation went.
enum Outcome {
    Done,
    /// Everything before this index is done.
    FailedFrom(usize, Option<InvokeError>),
}

impl Shard {
    /// Goes on at the checkpoint, or begins where the mapping says.
    pub(super) fn open(reader: Arc<Reader>, shard: ShardOfStream) -> Self {
        let kept = reader.kinesis.checkpoint(&reader.mapping, &shard.id);
        let position = kept.unwrap_or(match reader.spec.start {
            Start::TrimHorizon => Position::START,
            Start::Latest => shard.end,
        });
        reader.checkpoint(&shard, position);
        Self { reader, shard, position }
    }

    pub(super) async fn run(mut self, mut stop: Stop) {
        loop {
            let records = tokio::select! {
                records = self.next_batch() => records,
                () = stop.requested() => return,
            };
            if !self.process(records, &mut stop).await {
                return;
            }
        }
    }

    /// Waits for records, then for a full batch or the end of the window.
    async fn next_batch(&self) -> Vec<Record> {
        let spec = &self.reader.spec;
        let mut puts = self.reader.kinesis.puts();
        let mut deadline = None;
        loop {
            puts.mark_unchanged();
            let backlog = self.reader.kinesis.backlog(
                &spec.stream,
                self.shard.index,
                self.position,
                spec.batch_size,
                BATCH_BYTES_MAX,
            );
            match backlog {
                Backlog::Full => return self.read(),
                Backlog::Some if spec.window.is_zero() => return self.read(),
                Backlog::Some => {
                    deadline.get_or_insert_with(|| tokio::time::Instant::now() + spec.window);
                }
                Backlog::Empty => {}
            }
            match deadline {
                None => {
                    // The sender lives in `reader`.
                    let _open = puts.changed().await;
                }
                Some(deadline) => tokio::select! {
                    _ = puts.changed() => {}
                    () = tokio::time::sleep_until(deadline) => return self.read(),
                },
            }
        }
    }

    fn read(&self) -> Vec<Record> {
        let Reader { kinesis, spec, .. } = self.reader.as_ref();
        kinesis.read(&spec.stream, self.shard.index, self.position, spec.batch_size, BATCH_BYTES_MAX).records
    }

    /// Brings a batch to its end: done or given up. False when told to stop before that.
    async fn process(&mut self, records: Vec<Record>, stop: &mut Stop) -> bool {
        let mut failures: u32 = 0;
        let mut waiting = vec![Work { records, retries: 0, invocations: 0 }];
        while let Some(mut work) = waiting.pop() {
            self.give_up_old(&mut work);
            if work.records.is_empty() {
                continue;
            }
            let (payload, count) = event::payload(&self.reader.spec, &self.shard, &work.records);
            if count < work.records.len() {
                let records = work.records.split_off(count);
                waiting.push(Work { records, ..work });
            }
            work.invocations += 1;
            let outcome = self.invoke(payload, &work.records).await;
            match outcome {
                Outcome::Done => {
                    failures = 0;
                    self.advance(&work.records);
                }
                Outcome::FailedFrom(index, error) => {
                    let rest = work.records.split_off(index);
                    self.advance(&work.records);
                    self.again(Work { records: rest, ..work }, index > 0, error.is_some(), &mut waiting);
                    let pause = PAUSE_MIN.saturating_mul(1 << failures.min(10)).min(PAUSE_MAX);
                    failures += 1;
                    if !waiting.is_empty() && !stop.sleep(pause).await {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Puts failed work back to be tried again, whole or in halves, or gives it up. Splitting does
    /// not use up retries.
    fn again(&mut self, mut work: Work, split_by_report: bool, threw: bool, waiting: &mut Vec<Work>) {
        let reader = Arc::clone(&self.reader);
        let spec = &reader.spec;
        if spec.bisect && split_by_report {
            waiting.push(work);
        } else if spec.bisect && work.records.len() > 1 {
            let second = work.records.split_off(work.records.len() / 2);
            waiting.push(Work { records: second, ..work });
            waiting.push(work);
        } else if spec.retries_max.is_none_or(|retries_max| work.retries < retries_max) {
            work.retries += 1;
            waiting.push(work);
        } else {
            let condition = Condition::RetryAttemptsExhausted { threw };
            discard::tell(&self.reader, &self.shard, &work.records, condition, work.invocations);
            self.advance(&work.records);
        }
    }

    fn give_up_old(&mut self, work: &mut Work) {
        let Some(age_max) = self.reader.spec.age_max else { return };
        let age_max_ms = u64::try_from(age_max.as_millis()).unwrap_or(u64::MAX);
        let before_ms = clock::now_ms().saturating_sub(age_max_ms);
        let old = work.records.partition_point(|record| record.arrived_at_ms < before_ms);
        if old > 0 {
            let rest = work.records.split_off(old);
            discard::tell(&self.reader, &self.shard, &work.records, Condition::RecordAgeExceeded, work.invocations);
            self.advance(&work.records);
            work.records = rest;
        }
    }

    async fn invoke(&self, payload: bytes::Bytes, records: &[Record]) -> Outcome {
        let spec = &self.reader.spec;
        match self.reader.functions.invoke(&spec.function, payload).await {
            Ok(_) if !spec.report_item_failures => Outcome::Done,
            Ok(answer) => match report::read(&answer) {
                Report::Done => Outcome::Done,
                Report::AllFailed => Outcome::FailedFrom(0, None),
                Report::Failed(sequences) => Outcome::FailedFrom(self.first_of(&sequences, records), None),
            },
            Err(error) => {
                tracing::warn!(function = spec.function, ?error, records = records.len(), "a batch failed");
                Outcome::FailedFrom(0, Some(error))
            }
        }
    }

    /// The lowest of the reported records; the batch's first when one of them is not in it.
    fn first_of(&self, sequences: &[String], records: &[Record]) -> usize {
        let index = |sequence: &String| {
            records.iter().position(|record| self.shard.sequence_number(record.position) == *sequence)
        };
        sequences.iter().map(|sequence| index(sequence).unwrap_or(0)).min().unwrap_or(0)
    }

    /// These records are dealt with, for good.
    fn advance(&mut self, records: &[Record]) {
        if let Some(last) = records.last() {
            self.position = last.position.after();
            self.reader.checkpoint(&self.shard, self.position);
        }
    }
}
