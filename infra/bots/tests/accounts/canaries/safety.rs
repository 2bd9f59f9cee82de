//! One reports the other; moderators look, decide, and are appealed to: what is said of people is theirs alone as well.

use anyhow::{Context, ensure};
use bots::{Person, Request, program};
use serde_json::json;
use tokio::process::Command;

use super::ledger::Ledger;
use super::run::{Cast, come_in};

/// Ada reports what Bob said in the call in which they met.
pub async fn judge(ledger: &mut Ledger, cast: &Cast, met: &str, aws_port: u16) -> anyhow::Result<()> {
    let Cast { ada, bob, .. } = cast;
    let consent = json!({ "version": 1, "adult": true });
    ledger.done(Request::post("/api/consent", &consent).bearer(&ada.token)).await?;
    let comment = ledger.plant("reporter's words", "zq7 what one says of the other");
    let said = json!({ "sessionId": met, "reason": "harassment", "comment": comment });
    let report = ledger.done(Request::post("/api/reports", &said).bearer(&ada.token)).await?;
    let report = report.body["reportId"].as_str().context("a report")?.to_owned();

    let (mo, ned) = (moderator(ledger, "mo", aws_port).await?, moderator(ledger, "ned", aws_port).await?);
    for path in ["/api/reports", "/api/reports/stats", "/api/reports/audit", "/api/status"] {
        ledger.done(Request::get(path).bearer(&mo.token)).await?;
    }
    let case = ledger.done(Request::get("/api/reports/next").bearer(&mo.token)).await?;
    ensure!(case.body["report"]["evidence"]["comment"] == json!(comment), "{}", case.text);
    ensure!(case.text.contains("zq7 what one says to the other"), "no line of chat: {}", case.text);
    let note = ledger.plant("moderator's note", "zq7 what a moderator thinks");
    let ruling = json!({ "reportId": report, "decision": "accepted", "action": "suspend", "hours": 1, "note": note });
    for reason in [json!(" "), json!(null)] {
        let mut unreasoned = ruling.clone();
        unreasoned["note"] = reason;
        let refused = ledger.ask(Request::post("/api/reports/moderate", &unreasoned).bearer(&mo.token)).await?;
        ensure!(
            refused.body["error"]["code"] == "invalid_request",
            "nothing is decided without a reason: {}",
            refused.text
        );
    }
    ledger.done(Request::post("/api/reports/moderate", &ruling).bearer(&mo.token)).await?;

    let sanctions = ledger.done(Request::get("/api/sanctions").bearer(&bob.token)).await?;
    let sanction = sanctions.body["sanctions"][0]["sanctionId"].clone();
    let words = ledger.plant("words of an appeal", "zq7 what one says for oneself");
    let appeal = json!({ "sanctionId": sanction, "message": words });
    ledger.done(Request::post("/api/appeals", &appeal).bearer(&bob.token)).await?;
    let open = ledger.done(Request::get("/api/appeals").bearer(&ned.token)).await?;
    ensure!(open.body["appeals"][0]["message"] == json!(words), "{}", open.text);
    let note = ledger.plant("note of an answer", "zq7 what another moderator thinks");
    let granted = json!({ "userId": bob.user_id, "sanctionId": sanction, "decision": "granted", "note": note });
    ledger.done(Request::post("/api/appeals/answer", &granted).bearer(&ned.token)).await?;
    let told = ledger.done(Request::get("/api/sanctions").bearer(&bob.token)).await?;
    ensure!(told.body["sanctions"][0]["appeal"] == "granted" && !told.text.contains("thinks"), "{}", told.text);
    unbroken(aws_port).await
}

/// The operator reads the moderators' book.
async fn unbroken(aws_port: u16) -> anyhow::Result<()> {
    let mut check = Command::new(program("operator")?);
    let checked = check.args(["admin", "audit", "--aws-port", &aws_port.to_string()]).output().await?;
    let said = String::from_utf8_lossy(&checked.stdout);
    ensure!(checked.status.success() && said.contains(" lines, unbroken"), "{said}{checked:?}");
    Ok(())
}

/// Somebody with an account, whom the operator makes a moderator.
async fn moderator(ledger: &mut Ledger, name: &str, aws_port: u16) -> anyhow::Result<Person> {
    let email = ledger.plant("e-mail", &format!("zq7-{name}-mail@canary.example"));
    let nickname = ledger.plant("nickname", &format!("Zq7 name of {name}"));
    let signup = Request::post("/api/signup", &json!({ "email": email, "name": nickname }));
    let person = come_in(ledger, signup, &email).await?;
    let port = aws_port.to_string();
    let mut grant = Command::new(program("operator")?);
    let granted = grant.args(["admin", "grant", &email, "--aws-port", &port]).output().await?;
    ensure!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    Ok(person)
}
