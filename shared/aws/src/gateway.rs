//! Posts to pages, and closes their sockets, through `@connections`.

use aws_sdk_apigatewaymanagement::error::SdkError;
use aws_sdk_apigatewaymanagement::operation::delete_connection::DeleteConnectionError;
use aws_sdk_apigatewaymanagement::operation::post_to_connection::PostToConnectionError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use domain::id::ConnectionId;
use ports::{Delivery, Error, Mailbox};

use crate::Aws;
use crate::clients::failure;

impl Mailbox for Aws {
    async fn post(&self, to: &ConnectionId, frame: String) -> Result<Delivery, Error> {
        let posted = self.gateway().post_to_connection().connection_id(to.as_str()).data(Blob::new(frame)).send().await;
        match posted {
            Ok(_) => Ok(Delivery::Delivered),
            Err(SdkError::ServiceError(error)) if matches!(error.err(), PostToConnectionError::GoneException(_)) => {
                Ok(Delivery::Gone)
            }
            Err(error) => Err(failure("gateway", &error)),
        }
    }

    async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        let closed = self.gateway().delete_connection().connection_id(connection.as_str()).send().await;
        match closed {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if matches!(error.err(), DeleteConnectionError::GoneException(_)) => {
                Ok(())
            }
            Err(error) => Err(failure("gateway", &error)),
        }
    }
}
