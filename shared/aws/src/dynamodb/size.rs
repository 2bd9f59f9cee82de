//! How large a row is as an item, by DynamoDB's own count.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::row::Row;

use super::rows;

/// What a map or a list costs, its elements apart; each of them costs one byte more.
const AROUND: usize = 3;

/// The bytes of a row as DynamoDB bills them: names and texts in UTF-8, numbers two significant digits a byte and one
/// more, maps and lists three bytes and one for each element.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html> The few bytes by
/// which a spread bucket's name is longer are left out.
#[must_use]
pub fn item_bytes(row: &Row) -> usize {
    rows::write(row, 1).iter().map(attribute).sum()
}

fn attribute((name, value): (&String, &AttributeValue)) -> usize {
    name.len() + bytes(value)
}

fn bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.trim_matches('0').len().div_ceil(2) + 1,
        AttributeValue::L(list) => AROUND + list.iter().map(|element| bytes(element) + 1).sum::<usize>(),
        AttributeValue::M(map) => AROUND + map.iter().map(|element| attribute(element) + 1).sum::<usize>(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        // Nothing else is written.
        AttributeValue::B(_) | AttributeValue::Bs(_) | AttributeValue::Ns(_) | AttributeValue::Ss(_) | _ => 0,
    }
}
