//! Rows of what people say of each other, and of what is done about it.

use domain::audit::{AuditLine, Deed, Entry};
use domain::conduct::{Conduct, Count, CountState, Noticed, RULES, Subject};
use domain::fact::DeviceMark;
use domain::id::SecretHash;
use domain::refusal::Refusal;
use domain::report::{Evidence, Lease, Listing, Reason, Report, Ruling, Sealed, Shelf, Statement};
use domain::row::{Row, Version};
use domain::sanction::{Answer, Appeal, Measure, Sanction};
use domain::standing::{Bar, Barred, Hold};
use domain::tally::EventMark;
use domain::time::{SpanMs, TimeMs};

use super::Rows;

impl Rows {
    /// Of reports and what follows them.
    pub(super) fn every_kind_of_report(&self) -> Result<Vec<Row>, Refusal> {
        let until = self.now + SpanMs(9);
        let hold = |sanction: &str| Hold { sanction: self.token(sanction).into(), since: self.now, until };
        let holds = vec![hold("sanction"), hold("another")];
        let bar = |of: Barred| Bar { of, version: Version(3), holds: holds.clone() };
        Ok(vec![
            Row::Bar(bar(Barred::Device(self.token("device").into()))),
            Row::Bar(bar(Barred::Address(self.token("address").into()))),
            Row::Report(self.report()?),
            Row::Report(self.noticed_report()?),
            Row::Conduct(self.conduct(Subject::Person(self.token("noticed").into()))),
            Row::Conduct(self.conduct(Subject::Device(DeviceMark::of(&self.token("device").into(), self.now)))),
            Row::Listing(self.listing(Shelf::Against(self.token("accused").into()), "report", self.now)),
            Row::Listing(self.listing(Shelf::Urgent, "report", self.now)),
            Row::Sanction(self.sanction("report")?),
            Row::AuditLine(self.audit_line(1)),
        ])
    }

    /// A report that is leased and decided, which no report is at once, so that every field is filled.
    ///
    /// # Errors
    /// None in practice: the words are good.
    pub fn report(&self) -> Result<Report, Refusal> {
        let by = self.token("moderator").into();
        let measure = Some(Measure::Suspend { until: self.now + SpanMs(7) });
        let note = Some(Statement::parse("So he did.")?);
        Ok(Report {
            id: self.token("report").into(),
            version: Version::NEW,
            session: self.token("session").into(),
            reporter: Some(self.token("reporter").into()),
            accused: self.token("accused").into(),
            heir: Some(self.token("heir").into()),
            reach: vec![Barred::Device(self.token("device").into()), Barred::Address(self.token("address").into())],
            reason: Reason::InappropriateContent,
            at: self.now,
            evidence: Evidence::Said(Sealed(vec![0, 1, 255])),
            lease: Some(Lease { by: self.token("moderator").into(), since: self.now - SpanMs(3), until: self.now }),
            ruling: Some(Ruling { by: Some(by), at: self.now, measure, note }),
        })
    }

    /// A warning of a rule, as a report that it has decided itself.
    ///
    /// # Errors
    /// None in practice: the words are good.
    pub fn noticed_report(&self) -> Result<Report, Refusal> {
        let noticed = Noticed { rule: "message-flood".into(), many: 7, within: SpanMs::seconds(60) };
        let ruling = Ruling { by: None, at: self.now, measure: Some(Measure::Warn), note: None };
        Ok(Report {
            id: self.token("noticed").into(),
            reporter: None,
            evidence: Evidence::Noticed(noticed),
            lease: None,
            ruling: Some(ruling),
            ..self.report()?
        })
    }

    /// What rules have noticed: one has come true, another counts.
    #[must_use]
    pub fn conduct(&self, subject: Subject) -> Conduct {
        let marks = vec![EventMark::of(&self.token("event"))];
        let states = [CountState::Fired, CountState::Counting(marks)];
        let counts = RULES.iter().zip(states).map(|(rule, state)| Count { rule, since: self.now, state }).collect();
        let slowed_until = Some(self.now + SpanMs(5));
        Conduct { version: Version::NEW, counts, slowed_until, ..Conduct::unknown(subject, self.now) }
    }

    /// A report on a list.
    #[must_use]
    pub fn listing(&self, shelf: Shelf, report: &str, at: TimeMs) -> Listing {
        Listing { shelf, at, report: self.token(report).into(), until: at + SpanMs(9) }
    }

    /// A sanction whose appeal is answered.
    ///
    /// # Errors
    /// None in practice: the words are good.
    pub fn sanction(&self, report: &str) -> Result<Sanction, Refusal> {
        let note = Statement::parse("Too long.")?;
        let answer = Some(Answer { by: self.token("moderator").into(), at: self.now, lifted: true, note });
        Ok(Sanction {
            id: self.token(report).into(),
            version: Version::NEW,
            report: self.token("a report").into(),
            user: self.token("user").into(),
            measure: Measure::Ban { until: self.now + SpanMs(8) },
            reason: Reason::Spam,
            at: self.now,
            appeal: Some(Appeal { at: self.now, words: Sealed(vec![7]), answer }),
        })
    }

    /// A line of the book.
    #[must_use]
    pub fn audit_line(&self, n: u64) -> AuditLine {
        let (by, about) = (Some(self.token("moderator").into()), self.token("accused").into());
        let entry = Entry {
            report: Some(self.token("report").into()),
            until: Some(self.now + SpanMs(7)),
            note: Some(SecretHash::of("So he did.")),
            ..Entry::new(Deed::EvidenceRead, by, about)
        };
        AuditLine { n, ..AuditLine::after(None, entry, self.now) }
    }
}
