//! The IAM statements of a function's role, kept as data.

use super::evaluate::Scope;
use super::fault::Fault;
use super::node::{Kind, Value};
use super::resource;
use super::schema;

/// One statement ("IAM JSON policy elements reference").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Line in the template.
    pub line: usize,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Actions such as `dynamodb:GetItem`; `*` and `?` are wildcards.
    pub actions: Vec<String>,
    /// ARNs; `*` and `?` are wildcards.
    pub resources: Vec<String>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`, which wins over every `Allow`
    Deny,
}

/// The statements of a function: its `Policies`, or those of the role it names.
///
/// # Errors
/// A SAM policy template or a managed policy (they hide what they allow), an element that is not known.
pub fn of_function(scope: &Scope<'_>, properties: &Value) -> Result<Vec<Statement>, Fault> {
    let mut statements = Vec::new();
    if let Some(role) = properties.get("Role") {
        let arn = role.scalar("Role")?;
        for (found, _) in resource::all_of(scope, "AWS::IAM::Role")? {
            if arn.ends_with(&format!(":role/{}", found.name)) {
                for policy in found.properties.get("Policies").map_or(&[][..], Value::items) {
                    document(policy.get("PolicyDocument").unwrap_or(policy), &mut statements)?;
                }
            }
        }
    }
    for policy in properties.get("Policies").map_or(&[][..], Value::items) {
        document(policy, &mut statements)?;
    }
    Ok(statements)
}

fn document(policy: &Value, statements: &mut Vec<Statement>) -> Result<(), Fault> {
    let Some(list) = policy.get("Statement") else {
        let message = "write the statements out: managed policies and SAM policy templates are not read";
        return Err(Fault::new(policy.line, message));
    };
    schema::only(policy, "the policy", &[&["Version", "Id", "Statement"]])?;
    for statement in list.items() {
        statements.push(one(statement)?);
    }
    Ok(())
}

fn one(statement: &Value) -> Result<Statement, Fault> {
    schema::only(statement, "the statement", &[&["Sid", "Effect", "Action", "Resource"]])?;
    let effect = match statement.required_text("Effect")?.as_str() {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        other => return Err(Fault::new(statement.line, format!("Effect must be Allow or Deny, not {other}"))),
    };
    let texts = |key: &str| match statement.get(key) {
        Some(value) if !matches!(value.kind, Kind::Null) => value.texts(key),
        _ => Err(Fault::new(statement.line, format!("{key} is missing"))),
    };
    Ok(Statement { line: statement.line, effect, actions: texts("Action")?, resources: texts("Resource")? })
}
