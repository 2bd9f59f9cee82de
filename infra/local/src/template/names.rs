//! What `Ref` and `GetAtt` give for each type of resource ("Return values" on each type's page of
//! the CloudFormation Template Reference).

use super::evaluate::Scope;
use super::fault::Fault;
use super::place::{ACCOUNT_ID, PARTITION, Place, REGION, URL_SUFFIX};

/// The text `Ref` gives for a resource.
///
/// # Errors
/// When there is no such resource, its condition does not hold, or its name cannot be evaluated.
pub fn reference(scope: &Scope<'_>, logical_id: &str, line: usize) -> Result<String, Fault> {
    // What SAM makes beside a resource of its own ("Referencing generated resources", SAM Developer Guide).
    if let Some((maker, made)) = logical_id.split_once('.') {
        return attribute(scope, maker, made, line);
    }
    let resource = scope.resource(logical_id, line)?;
    if !resource.exists(scope)? {
        return Err(Fault::new(line, format!("{logical_id} does not exist: its condition does not hold")));
    }
    match resource.kind {
        "AWS::SQS::Queue" => Ok(scope.place.queue_url(&physical_name(scope, logical_id, line)?)),
        "AWS::IAM::ManagedPolicy" => {
            Ok(format!("arn:{PARTITION}:iam::{ACCOUNT_ID}:policy/{}", physical_name(scope, logical_id, line)?))
        }
        "AWS::SNS::Topic" => Ok(scope.place.arn("sns", &physical_name(scope, logical_id, line)?)),
        _ => physical_name(scope, logical_id, line),
    }
}

/// The text `GetAtt` gives for a resource.
///
/// # Errors
/// As [`reference`], and when the type has no such attribute.
pub fn attribute(scope: &Scope<'_>, logical_id: &str, attribute: &str, line: usize) -> Result<String, Fault> {
    if let Some(function) = implicit_role_of(scope, logical_id) {
        return role_attribute(&format!("{}-{function}Role", scope.place.stack_name), attribute, line);
    }
    let kind = scope.resource(logical_id, line)?.kind;
    let name = physical_name(scope, logical_id, line)?;
    let place = scope.place;
    let unknown = || Fault::new(line, format!("{kind} has no attribute {attribute} that the local stack knows"));
    Ok(match (kind, attribute) {
        ("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable", "Arn") => {
            place.arn("dynamodb", &format!("table/{name}"))
        }
        ("AWS::Kinesis::Stream", "Arn") => place.arn("kinesis", &format!("stream/{name}")),
        ("AWS::SQS::Queue", "Arn") => place.arn("sqs", &name),
        ("AWS::SQS::Queue", "QueueName") => name,
        ("AWS::SQS::Queue", "QueueUrl") => place.queue_url(&name),
        // On one machine there is one version.
        ("AWS::Serverless::Function", "Arn" | "Alias") => place.arn("lambda", &format!("function:{name}")),
        ("AWS::Serverless::HttpApi" | "AWS::ApiGatewayV2::Api", "ApiEndpoint") => {
            format!("https://{}", Place::api_host(&name))
        }
        ("AWS::ApiGatewayV2::Api", "ApiId") => name,
        ("AWS::Serverless::HttpApi", "Stage") => property(scope, logical_id, "StageName", line)?,
        ("AWS::SSM::Parameter", "Value") => property(scope, logical_id, "Value", line)?,
        ("AWS::Logs::LogGroup", "Arn") => place.arn("logs", &format!("log-group:{name}:*")),
        ("AWS::SNS::Topic", "TopicArn") => place.arn("sns", &name),
        ("AWS::SNS::Topic", "TopicName") => name,
        ("AWS::IAM::Role", _) => return role_attribute(&name, attribute, line),
        ("AWS::S3::Bucket", "Arn") => format!("arn:{PARTITION}:s3:::{name}"),
        ("AWS::S3::Bucket", "DomainName") => format!("{name}.s3.{URL_SUFFIX}"),
        ("AWS::S3::Bucket", "RegionalDomainName") => format!("{name}.s3.{REGION}.{URL_SUFFIX}"),
        ("AWS::CloudFront::Distribution", "DomainName") => format!("{name}.cloudfront.net"),
        ("AWS::CloudFront::Function", "FunctionARN" | "FunctionMetadata.FunctionARN") => {
            format!("arn:{PARTITION}:cloudfront::{ACCOUNT_ID}:function/{name}")
        }
        (_, "Id") if kind.starts_with("AWS::CloudFront::") => name,
        (_, "Arn") if super::schema::is_not_imitated(kind) => place.arn("local", &name),
        _ => return Err(unknown()),
    })
}

fn property(scope: &Scope<'_>, logical_id: &str, name: &str, line: usize) -> Result<String, Fault> {
    let properties = scope.resource(logical_id, line)?.properties;
    let value = properties.and_then(|properties| properties.get(name));
    scope.required(value.ok_or_else(|| Fault::new(line, format!("{logical_id} has no {name}")))?)?.scalar(name)
}

/// The name a resource has in AWS: the one the template gives, or one made up from the stack's name.
///
/// # Errors
/// When there is no such resource or its name property cannot be evaluated.
pub fn physical_name(scope: &Scope<'_>, logical_id: &str, line: usize) -> Result<String, Fault> {
    let resource = scope.resource(logical_id, line)?;
    let property = match resource.kind {
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => "TableName",
        "AWS::SQS::Queue" => "QueueName",
        "AWS::Serverless::Function" => "FunctionName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        "AWS::S3::Bucket" => "BucketName",
        "AWS::ApiGatewayV2::Stage" => "StageName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Kinesis::Stream" | "AWS::SSM::Parameter" | "AWS::CloudFront::Function" => "Name",
        kind if has_made_up_id(kind) => return Ok(scope.place.made_up_id(logical_id)),
        _ => return Ok(format!("{}-{logical_id}", scope.place.stack_name)),
    };
    match resource.properties.and_then(|properties| properties.get(property)) {
        Some(name) => scope.required(name)?.scalar(property),
        None => Ok(format!("{}-{logical_id}", scope.place.stack_name)),
    }
}

/// Types whose `Ref` is an id that AWS makes up.
fn has_made_up_id(kind: &str) -> bool {
    kind == "AWS::Serverless::HttpApi"
        || kind.starts_with("AWS::ApiGatewayV2::")
        || kind.starts_with("AWS::CloudFront::")
}

/// SAM makes a role `<function>Role` for every function that names none.
fn implicit_role_of<'a>(scope: &Scope<'_>, logical_id: &'a str) -> Option<&'a str> {
    let function = logical_id.strip_suffix("Role")?;
    let is_function = |id: &str, kind: &str| {
        scope.resources.iter().any(|resource| resource.logical_id == id && resource.kind == kind)
    };
    let taken = scope.resources.iter().any(|resource| resource.logical_id == logical_id);
    (!taken && is_function(function, "AWS::Serverless::Function")).then_some(function)
}

fn role_attribute(name: &str, attribute: &str, line: usize) -> Result<String, Fault> {
    match attribute {
        "Arn" => Ok(format!("arn:{PARTITION}:iam::{ACCOUNT_ID}:role/{name}")),
        _ => Err(Fault::new(line, format!("a role has no attribute {attribute} that the local stack knows"))),
    }
}
