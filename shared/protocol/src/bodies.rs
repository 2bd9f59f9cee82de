//! What bodies and frames have in common: how they are read and written, and told to the page's types.

/// What is read: a field that nobody knows is refused.
macro_rules! asked {
    ($($item:item)*) => {$(
        #[derive(Debug, Clone, Deserialize)]
        #[cfg_attr(feature = "contract", derive(ts_rs::TS), ts(optional_fields))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $item
    )*};
}

/// What is written.
macro_rules! answered {
    ($($item:item)*) => {$(
        #[derive(Debug, Clone, Serialize)]
        #[cfg_attr(feature = "contract", derive(ts_rs::TS), ts(optional_fields))]
        #[serde(rename_all = "camelCase")]
        $item
    )*};
}
