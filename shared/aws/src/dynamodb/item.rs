//! Items as attribute maps: a writer that leaves out what is absent, a reader that names what is corrupt.
#![expect(clippy::disallowed_types, reason = "the SDK's items are hash maps; they are never iterated here")]

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::NotAnId;
use domain::row::Version;
use domain::time::TimeMs;
use ports::Error;

/// An item as the SDK takes and gives it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Builds an item or a map inside of one.
#[derive(Default)]
pub(crate) struct Writer(Item);

impl Writer {
    pub(crate) fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub(crate) fn optional_text(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn number(mut self, name: &str, value: impl Into<u64>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::N(value.into().to_string()));
        self
    }

    pub(crate) fn optional_number(self, name: &str, value: Option<impl Into<u64>>) -> Self {
        match value {
            Some(value) => self.number(name, value),
            None => self,
        }
    }

    pub(crate) fn time(self, name: &str, value: TimeMs) -> Self {
        self.number(name, value.0)
    }

    pub(crate) fn optional_time(self, name: &str, value: Option<TimeMs>) -> Self {
        match value {
            Some(value) => self.time(name, value),
            None => self,
        }
    }

    pub(crate) fn version(self, value: Version) -> Self {
        self.number("v", value.0)
    }

    pub(crate) fn bytes(mut self, name: &str, value: &[u8]) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::B(Blob::new(value)));
        self
    }

    pub(crate) fn flag(mut self, name: &str, value: bool) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::Bool(value));
        self
    }

    pub(crate) fn texts<'a>(mut self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        let list: Vec<AttributeValue> = values.map(|value| AttributeValue::S(value.to_owned())).collect();
        self.0.insert(name.to_owned(), AttributeValue::L(list));
        self
    }

    pub(crate) fn map(mut self, name: &str, value: Self) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::M(value.0));
        self
    }

    pub(crate) fn maps(mut self, name: &str, values: impl Iterator<Item = Self>) -> Self {
        let list = values.map(|value| AttributeValue::M(value.0)).collect();
        self.0.insert(name.to_owned(), AttributeValue::L(list));
        self
    }

    pub(crate) fn finish(self) -> Item {
        self.0
    }
}

/// Reads an item or a map inside of one; `row` names the kind of row in errors.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    row: &'static str,
    item: &'a Item,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(row: &'static str, item: &'a Item) -> Self {
        Self { row, item }
    }

    pub(crate) const fn corrupt(self, field: &'static str) -> Error {
        Error::Corrupt { row: self.row, field }
    }

    pub(crate) fn has(self, name: &'static str) -> bool {
        self.item.contains_key(name)
    }

    pub(crate) fn text(self, name: &'static str) -> Result<&'a str, Error> {
        self.item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or_else(|| self.corrupt(name))
    }

    pub(crate) fn optional_text(self, name: &'static str) -> Result<Option<&'a str>, Error> {
        if self.has(name) { self.text(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn number(self, name: &'static str) -> Result<u64, Error> {
        let number = self.item.get(name).and_then(|value| value.as_n().ok()).and_then(|text| text.parse().ok());
        number.ok_or_else(|| self.corrupt(name))
    }

    pub(crate) fn optional_u32(self, name: &'static str) -> Result<Option<u32>, Error> {
        if !self.has(name) {
            return Ok(None);
        }
        u32::try_from(self.number(name)?).map(Some).map_err(|_| self.corrupt(name))
    }

    pub(crate) fn time(self, name: &'static str) -> Result<TimeMs, Error> {
        self.number(name).map(TimeMs)
    }

    pub(crate) fn optional_time(self, name: &'static str) -> Result<Option<TimeMs>, Error> {
        if self.has(name) { self.time(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn version(self) -> Result<Version, Error> {
        self.number("v").map(Version)
    }

    pub(crate) fn flag(self, name: &'static str) -> Result<bool, Error> {
        self.item.get(name).and_then(|value| value.as_bool().ok()).copied().ok_or_else(|| self.corrupt(name))
    }

    pub(crate) fn bytes(self, name: &'static str) -> Result<&'a [u8], Error> {
        let bytes = self.item.get(name).and_then(|value| value.as_b().ok()).map(AsRef::as_ref);
        bytes.ok_or_else(|| self.corrupt(name))
    }

    /// A field that parses into its type.
    pub(crate) fn parsed<T, E>(self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Error> {
        parse(self.text(name)?).map_err(|_| self.corrupt(name))
    }

    /// A field that may be absent and parses into its type.
    pub(crate) fn optional<T, E>(
        self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Error> {
        self.optional_text(name)?.map(parse).transpose().map_err(|_| self.corrupt(name))
    }

    /// An id.
    pub(crate) fn id<T>(self, name: &'static str, parse: fn(&str) -> Result<T, NotAnId>) -> Result<T, Error> {
        self.parsed(name, parse)
    }

    pub(crate) fn texts(self, name: &'static str) -> Result<Vec<&'a str>, Error> {
        let list = self.item.get(name).and_then(|value| value.as_l().ok()).ok_or_else(|| self.corrupt(name))?;
        let texts = list.iter().map(|value| value.as_s().map(String::as_str)).collect::<Result<_, _>>();
        texts.map_err(|_| self.corrupt(name))
    }

    pub(crate) fn ids<T>(self, name: &'static str, parse: fn(&str) -> Result<T, NotAnId>) -> Result<Vec<T>, Error> {
        self.texts(name)?.into_iter().map(parse).collect::<Result<_, _>>().map_err(|_| self.corrupt(name))
    }

    pub(crate) fn map(self, name: &'static str) -> Result<Self, Error> {
        let item = self.item.get(name).and_then(|value| value.as_m().ok()).ok_or_else(|| self.corrupt(name))?;
        Ok(Self { row: self.row, item })
    }

    pub(crate) fn maps(self, name: &'static str) -> Result<Vec<Self>, Error> {
        let list = self.item.get(name).and_then(|value| value.as_l().ok()).ok_or_else(|| self.corrupt(name))?;
        let maps =
            list.iter().map(|value| value.as_m().map(|item| Self { row: self.row, item })).collect::<Result<_, _>>();
        maps.map_err(|_| self.corrupt(name))
    }
}
