//! What is done: how it is asked for, whom it may touch, and by what one sees that it was done.

use domain::id::UserId;
use serde_json::Value;

use crate::scene::Scene;
use crate::seen::Seen;
use crate::stage::Stage;
use crate::table::Object;

/// One way to ask for something.
pub struct Deed {
    /// For whoever reads a failure.
    pub name: &'static str,
    /// Where everybody is before.
    pub stage: Stage,
    /// The request, or the frame.
    pub ask: fn(&Scene<'_>, Object) -> Asked,
    /// Who else may be told, and whose rows may change, where it is done.
    pub beside: fn(&Scene<'_>, Object) -> Vec<UserId>,
    /// Whose user id may be read in what is told, where it is done.
    pub names: fn(&Scene<'_>, Object) -> Vec<UserId>,
    /// What must be so where it was done.
    pub shows: fn(&Scene<'_>, Object, &Seen) -> Claims,
}

/// Claims, and what each says.
pub type Claims = Vec<(bool, &'static str)>;

/// Names nothing, reaches nobody else, and stands for what a deed does not say.
pub const PLAIN: Deed = Deed {
    name: "",
    stage: Stage::Idle,
    ask: |_, _| Asked::default(),
    beside: |_, _| Vec::new(),
    names: |_, _| Vec::new(),
    shows: |_, _, _| Vec::new(),
};

/// What is sent.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What stands for `{...}` in the path.
    pub segment: String,
    /// The query `q`.
    pub q: Option<String>,
    /// What the browser sends of its cookies.
    pub cookies: Vec<String>,
    /// The body, or the data of the frame.
    pub body: Value,
}

impl Asked {
    pub fn body(body: Value) -> Self {
        Self { body, ..Self::default() }
    }

    pub fn segment(segment: &str) -> Self {
        Self { segment: segment.to_owned(), ..Self::default() }
    }

    pub fn q(q: &str) -> Self {
        Self { q: Some(q.to_owned()), ..Self::default() }
    }

    pub fn with_cookie(mut self, cookie: Option<String>) -> Self {
        self.cookies.extend(cookie);
        self
    }
}
