//! Lambda function.
