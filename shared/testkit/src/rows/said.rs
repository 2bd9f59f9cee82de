//! Rows of what people say of each other, and of what is done about it.

use domain::audit::{AuditLine, Deed, Entry};
use domain::refusal::Refusal;
use domain::report::{Lease, Listing, Reason, Report, Ruling, Sealed, Shelf, Statement};
use domain::row::{Row, Version};
use domain::sanction::{Answer, Appeal, Measure, Sanction};
use domain::standing::{Bar, Barred};
use domain::time::{SpanMs, TimeMs};

use super::Rows;

impl Rows {
    /// Of reports and what follows them.
    pub(super) fn every_kind_of_report(&self) -> Result<Vec<Row>, Refusal> {
        let until = self.now + SpanMs(9);
        Ok(vec![
            Row::Bar(Bar { of: Barred::Device(self.token("device").into()), until }),
            Row::Bar(Bar { of: Barred::Address(self.token("address").into()), until }),
            Row::Report(self.report()?),
            Row::Listing(self.listing(Shelf::Against(self.token("accused").into()), "report", self.now)),
            Row::Listing(self.listing(Shelf::Urgent, "report", self.now)),
            Row::Sanction(self.sanction("report")),
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
            reach: vec![Barred::Device(self.token("device").into()), Barred::Address(self.token("address").into())],
            reason: Reason::InappropriateContent,
            at: self.now,
            evidence: Sealed(vec![0, 1, 255]),
            lease: Some(Lease { by: self.token("moderator").into(), until: self.now }),
            ruling: Some(Ruling { by, at: self.now, measure, note }),
        })
    }

    /// A report on a list.
    #[must_use]
    pub fn listing(&self, shelf: Shelf, report: &str, at: TimeMs) -> Listing {
        Listing { shelf, at, report: self.token(report).into() }
    }

    /// A sanction whose appeal is answered.
    #[must_use]
    pub fn sanction(&self, report: &str) -> Sanction {
        let answer = Some(Answer { by: self.token("moderator").into(), at: self.now, lifted: true });
        Sanction {
            id: self.token(report).into(),
            version: Version::NEW,
            user: self.token("user").into(),
            measure: Measure::Ban { until: self.now + SpanMs(8) },
            reason: Reason::Spam,
            at: self.now,
            appeal: Some(Appeal { at: self.now, words: Sealed(vec![7]), answer }),
        }
    }

    /// A line of the book.
    #[must_use]
    pub fn audit_line(&self, n: u64) -> AuditLine {
        let (by, about) = (Some(self.token("moderator").into()), self.token("accused").into());
        let entry = Entry { deed: Deed::EvidenceRead, by, about, report: Some(self.token("report").into()) };
        AuditLine { n, ..AuditLine::after(None, entry, self.now) }
    }
}
