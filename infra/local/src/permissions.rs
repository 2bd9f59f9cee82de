//! What the roles of the functions allow, decided as IAM does it: what no statement allows is denied, and a `Deny`
//! wins ("Policy evaluation logic", IAM User Guide).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use local_wire::{Authorize, Caller};

use crate::template::Template;
use crate::template::policy::{Effect, Statement};

/// One action of one statement of one function's role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// Logical id of the function.
    pub function: String,
    /// Line of the statement in the template.
    pub line: usize,
    /// The action as the statement spells it.
    pub action: String,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.function, self.line, self.action)
    }
}

/// The roles of a stack's functions.
#[derive(Debug)]
pub struct Permissions {
    roles: BTreeMap<String, Vec<Statement>>,
    seen: Mutex<BTreeSet<String>>,
    log: Option<PathBuf>,
}

impl Permissions {
    /// The roles that a template gives. What is decided goes to the log, each decision once: `used` with the grant that
    /// allowed a call first, or `denied` with the function, the action and the resource.
    pub fn new(template: &Template, log: Option<PathBuf>) -> Self {
        let roles = template.functions.iter().map(|one| (one.logical_id.clone(), one.statements.clone())).collect();
        Self { roles, seen: Mutex::default(), log }
    }

    /// Whether a caller may do an action on a resource; the administrator may do all.
    pub fn allow(&self, caller: &Caller, action: &str, resource: &str) -> bool {
        let Caller::Function(function) = caller else { return true };
        let decided = self.decide(function, action, resource);
        self.note(match &decided {
            Some(grant) => format!("used {grant}"),
            None => format!("denied {function} {action} {resource}"),
        });
        decided.is_some()
    }

    /// The same, for the services.
    pub fn authorize(self: &Arc<Self>) -> Authorize {
        let permissions = Arc::clone(self);
        Arc::new(move |caller, action, resource| permissions.allow(caller, action, resource))
    }

    /// What was refused so far: function, action and resource.
    pub fn denied(&self) -> Vec<String> {
        self.seen().iter().filter_map(|line| Some(line.strip_prefix("denied ")?.to_owned())).collect()
    }

    fn decide(&self, function: &str, action: &str, resource: &str) -> Option<Grant> {
        let statements = self.roles.get(function)?;
        let fits = |statement: &&Statement| statement.resources.iter().any(|pattern| glob(pattern, resource));
        let spelled = |statement: &Statement| {
            let found =
                statement.actions.iter().find(|pattern| glob(&pattern.to_lowercase(), &action.to_lowercase()))?;
            Some(Grant { function: function.to_owned(), line: statement.line, action: found.clone() })
        };
        let of =
            |effect: Effect| statements.iter().filter(move |one| one.effect == effect).filter(fits).find_map(spelled);
        if of(Effect::Deny).is_some() { None } else { of(Effect::Allow) }
    }

    fn note(&self, line: String) {
        if !self.seen().insert(line.clone()) {
            return;
        }
        if line.starts_with("denied") {
            tracing::warn!(line, "no statement of the role allows it");
        }
        if let Some(path) = &self.log {
            // One write, so that several stacks may share a log.
            let written = OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut log| log.write_all(format!("{line}\n").as_bytes()));
            if let Err(error) = written {
                tracing::error!(%error, path = %path.display(), "the permissions cannot be logged");
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a log of permissions says against the template: calls that were refused, and actions that no call needed.
///
/// # Errors
/// A line for each.
pub fn judge(template: &Template, log: &str) -> Result<usize, Vec<String>> {
    let grants = grants(template);
    let used: BTreeSet<&str> = log.lines().filter_map(|line| line.strip_prefix("used ")).collect();
    let denied: BTreeSet<&str> = log.lines().filter(|line| line.starts_with("denied ")).collect();
    let unused = grants.iter().filter(|grant| !used.contains(grant.to_string().as_str()));
    let unused = unused.map(|Grant { function, line, action }| {
        format!("line {line}: {function} is allowed {action} there, and no call has needed it: take it out, or test what needs it")
    });
    let wrong: Vec<String> = denied.iter().map(|line| (*line).to_owned()).chain(unused).collect();
    if wrong.is_empty() { Ok(grants.len()) } else { Err(wrong) }
}

/// Every action of every statement that allows.
fn grants(template: &Template) -> BTreeSet<Grant> {
    let of = |function: &str, statement: &Statement| {
        let grant =
            |action: &String| Grant { function: function.to_owned(), line: statement.line, action: action.clone() };
        statement.actions.iter().map(grant).collect::<Vec<_>>()
    };
    let all = template.functions.iter();
    all.flat_map(|one| {
        one.statements
            .iter()
            .filter(|one| one.effect == Effect::Allow)
            .flat_map(|statement| of(&one.logical_id, statement))
    })
    .collect()
}

/// Whether a text fits a pattern in which `*` stands for any characters and `?` for one.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p).is_some_and(|one| *one == b'?' || (*one != b'*' && *one == text[t])) {
            (p, t) = (p + 1, t + 1);
        } else if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if let Some((after, taken)) = star {
            star = Some((after, taken + 1));
            (p, t) = (after + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|one| *one == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_what_they_stand_for() {
        let yes = [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("*/x", "a/b/x"), ("a*b*c", "aXbYbZc"), ("", "")];
        let no = [("a", "ab"), ("a?c", "ac"), ("a*c", "ab"), ("*b", "a"), ("", "a")];
        assert!(yes.iter().all(|(pattern, text)| glob(pattern, text)));
        assert!(!no.iter().any(|(pattern, text)| glob(pattern, text)));
    }
}
