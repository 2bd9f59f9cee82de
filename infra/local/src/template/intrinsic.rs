//! The intrinsic functions of CloudFormation: which are known, and how they are written.

use super::fault::Fault;
use super::node::Node;

/// The file as written.
pub type Tree = Node<Call>;

/// An intrinsic function with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Which function.
    pub function: Function,
    /// Its arguments as written.
    pub argument: Box<Tree>,
}

/// The functions the local stack evaluates ("Intrinsic function reference", CloudFormation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `Ref`
    Ref,
    /// `Fn::GetAtt`
    GetAtt,
    /// `Fn::Sub`
    Sub,
    /// `Fn::Join`
    Join,
    /// `Fn::Select`
    Select,
    /// `Fn::Split`
    Split,
    /// `Fn::FindInMap`
    FindInMap,
    /// `Fn::Base64`
    Base64,
    /// `Fn::If`
    If,
    /// `Fn::Equals`
    Equals,
    /// `Fn::And`
    And,
    /// `Fn::Or`
    Or,
    /// `Fn::Not`
    Not,
    /// `Condition`, inside conditions
    Condition,
}

const KNOWN: [(&str, Function); 14] = [
    ("Ref", Function::Ref),
    ("GetAtt", Function::GetAtt),
    ("Sub", Function::Sub),
    ("Join", Function::Join),
    ("Select", Function::Select),
    ("Split", Function::Split),
    ("FindInMap", Function::FindInMap),
    ("Base64", Function::Base64),
    ("If", Function::If),
    ("Equals", Function::Equals),
    ("And", Function::And),
    ("Or", Function::Or),
    ("Not", Function::Not),
    ("Condition", Function::Condition),
];

impl Function {
    /// The function of a short form: `Sub` of `!Sub`.
    ///
    /// # Errors
    /// When the local stack does not know it.
    pub fn of_tag(tag: &str, line: usize) -> Result<Self, Fault> {
        KNOWN.iter().find(|(name, _)| *name == tag).map(|(_, function)| *function).ok_or_else(|| match tag {
            "ImportValue" => Fault::new(line, "!ImportValue is refused: the stack must stand alone"),
            _ => Fault::new(line, format!("!{tag} is no intrinsic function that the local stack knows")),
        })
    }

    /// The function of a mapping's only key in the long form (`Fn::Sub`, `Ref`); `None` for any other key.
    ///
    /// # Errors
    /// When it begins with `Fn::` and the local stack does not know it.
    pub fn of_key(key: &str, line: usize) -> Result<Option<Self>, Fault> {
        match (key, key.strip_prefix("Fn::")) {
            ("Ref", _) => Ok(Some(Self::Ref)),
            (_, Some("Ref" | "Condition") | None) => Ok(None),
            (_, Some(name)) => Self::of_tag(name, line).map(Some),
        }
    }
}
