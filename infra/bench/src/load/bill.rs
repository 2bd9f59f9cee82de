//! What a stack has counted: units with their price, and the calls behind them.

use std::collections::BTreeMap;

use bots::Request;

/// Counts by name.
#[derive(Debug, Clone, Default)]
pub struct Bill {
    /// Metered units.
    pub units: BTreeMap<String, f64>,
    /// Calls to services, and invocations of functions.
    pub calls: BTreeMap<String, f64>,
    /// Write units of each function.
    pub write_units: BTreeMap<String, f64>,
    /// What the units cost.
    pub dollars: f64,
}

impl Bill {
    /// Asks a stack.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn of(port: u16) -> anyhow::Result<Self> {
        let body = Request::get("/_local/bill").send(port).await?.body;
        let mut bill = Self { dollars: body["dollars"].as_f64().unwrap_or_default(), ..Self::default() };
        for line in body["lines"].as_array().into_iter().flatten() {
            let name = line["name"].as_str().unwrap_or_default().to_owned();
            bill.units.insert(name, line["units"].as_f64().unwrap_or_default());
        }
        let counts = |parts: &[&str]| {
            let entries = parts.iter().flat_map(|part| body[part].as_object()).flatten();
            entries.map(|(name, count)| (name.clone(), count.as_f64().unwrap_or_default())).collect()
        };
        bill.calls = counts(&["calls", "invocations"]);
        bill.write_units = counts(&["writeUnits"]);
        Ok(bill)
    }

    /// What came since.
    pub fn since(&self, before: &Self) -> Self {
        let less = |after: &BTreeMap<String, f64>, before: &BTreeMap<String, f64>| {
            let one = |(name, count): (&String, &f64)| (name.clone(), count - before.get(name).unwrap_or(&0.0));
            after.iter().map(one).filter(|(_, count)| *count > 0.0).collect()
        };
        Self {
            units: less(&self.units, &before.units),
            calls: less(&self.calls, &before.calls),
            write_units: less(&self.write_units, &before.write_units),
            dollars: self.dollars - before.dollars,
        }
    }
}
