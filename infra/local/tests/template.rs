//! The template reader: what it understands, and how it says what it does not.

use std::collections::BTreeMap;
use std::path::Path;

use local::template::Template;
use local::template::event::Event;
use local::template::place::Place;

fn place() -> Place {
    Place { stack_name: "speed-connect-local".to_owned(), port: 4000, aws_port: 4566 }
}

fn read(text: &str) -> Result<Template, String> {
    Template::read(text, &BTreeMap::new(), &place()).map_err(|fault| fault.to_string())
}

fn fault(text: &str) -> String {
    read(text).expect_err("the template is wrong")
}

fn resources(text: &str) -> String {
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{text}")
}

fn real() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cloudformation.yaml");
    std::fs::read_to_string(path).expect("cloudformation.yaml")
}

#[test]
fn a_stack_that_takes_over_uses_the_copy_of_the_ledger_and_makes_none() {
    let given = BTreeMap::from([("LedgerOf".to_owned(), "elsewhere".to_owned())]);
    let template = Template::read(&real(), &given, &place()).expect("the real template is understood");
    let tables: Vec<&str> = template.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(tables, ["speed-connect-local-live"]);
    let named: Vec<&String> = template.functions.iter().filter_map(|one| one.environment.get("LEDGER_TABLE")).collect();
    assert!(!named.is_empty() && named.iter().all(|name| *name == "elsewhere-ledger"), "{named:?}");
    let statements = format!("{:?}", template.functions.iter().map(|one| &one.statements).collect::<Vec<_>>());
    assert!(statements.contains("table/elsewhere-ledger") && !statements.contains("speed-connect-local-ledger"));
}

#[test]
fn the_real_template_loads() {
    let text = real();
    let template = read(&text).expect("the real template is understood");

    let functions: Vec<&str> = template.functions.iter().map(|function| function.binary.as_str()).collect();
    for binary in ["auth", "api", "connect", "message", "disconnect", "clock", "channels", "analytics"] {
        assert!(functions.contains(&binary), "{binary} is declared");
    }
    assert!(template.functions.iter().all(|function| !function.statements.is_empty()));
    assert!(template.tables.iter().any(|table| table.name == "speed-connect-local-live"));
    let [socket] = template.websocket_apis.as_slice() else { panic!("one WebSocket API") };
    assert_eq!((socket.stage.as_str(), socket.selector.as_str()), ("ws", "action"));
    assert!(
        ["$connect", "$default", "$disconnect"].iter().all(|key| socket.routes.iter().any(|route| route.key == *key))
    );
    assert!(template.http_apis[0].routes.iter().any(|route| route.path == "/api/login" && route.method == "POST"));
    assert_eq!(template.outputs["WebSocketUrl"], "ws://localhost:4000/ws");
    let message = template.functions.iter().find(|function| function.binary == "message").expect("message");
    let callback = &message.environment["WS_CALLBACK_URL"];
    assert_eq!(*callback, format!("http://127.0.0.1:4566/_api/{}/ws", socket.id));
    assert_eq!(message.environment["CLOCK_QUEUE_URL"], "http://127.0.0.1:4566/000000000000/speed-connect-local-clock");
}

#[test]
fn refs_and_attributes_give_what_aws_gives() {
    let template = read(
        r#"
Resources:
  Queue: { Type: AWS::SQS::Queue }
  Named: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "${AWS::StackName}-named" } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties: { TableName: !Join ["-", [!Ref "AWS::StackName", live]] }
Outputs:
  Url: { Value: !Ref Queue }
  Arn: { Value: !GetAtt Named.Arn }
  Long: { Value: { "Fn::GetAtt": [Named, QueueName] } }
  TableArn: { Value: !Sub ["${T}/index/${x}", { T: !GetAtt Table.Arn, x: free }] }
  Kept: { Value: !Sub "${!Literal} ${AWS::Region} ${AWS::AccountId}" }
  Picked: { Value: !Select [1, !Split [",", "a,b,c"]] }
"#,
    )
    .expect("understood");
    let outputs = template.outputs;
    assert_eq!(outputs["Url"], "http://127.0.0.1:4566/000000000000/speed-connect-local-Queue");
    assert_eq!(outputs["Arn"], "arn:aws:sqs:us-east-1:000000000000:speed-connect-local-named");
    assert_eq!(outputs["Long"], "speed-connect-local-named");
    assert_eq!(
        outputs["TableArn"],
        "arn:aws:dynamodb:us-east-1:000000000000:table/speed-connect-local-live/index/free"
    );
    assert_eq!(outputs["Kept"], "${Literal} us-east-1 000000000000");
    assert_eq!(outputs["Picked"], "b");
}

#[test]
fn conditions_choose_and_no_value_takes_away() {
    let text = r#"
Parameters:
  Size: { Type: Number, Default: 0 }
Conditions:
  Big: !Not [!Equals [!Ref Size, 0]]
  Bigger: !And [!Condition Big, !Equals [!Ref Size, "2"]]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { DelaySeconds: !If [Big, 5, !Ref "AWS::NoValue"] }
  Extra: { Type: AWS::SQS::Queue, Condition: Bigger }
Outputs:
  Extra: { Condition: Bigger, Value: !Ref Extra }
"#;
    let small = read(text).expect("understood");
    assert_eq!(small.queues.len(), 1);
    assert_eq!(small.queues[0].to_json("QueueName"), serde_json::json!({"QueueName": "speed-connect-local-Queue"}));
    assert!(small.outputs.is_empty());

    let given = BTreeMap::from([("Size".to_owned(), "2".to_owned())]);
    let big = Template::read(text, &given, &place()).expect("understood");
    assert_eq!(big.queues.len(), 2);
    assert_eq!(big.queues[0].to_json("QueueName")["DelaySeconds"], 5);
}

#[test]
fn a_parameter_that_is_not_allowed_says_why() {
    let text = "Parameters:\n  Size: { Type: Number, Default: 5, MaxValue: 9 }\n  Mode: { Type: String, Default: a, AllowedValues: [a, b] }\n  Name: { Type: String, Default: x, AllowedPattern: '[a-z]+' }\nResources: {}\n";
    let with = |name: &str, value: &str| {
        let given = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        Template::read(text, &given, &place()).expect_err("refused").to_string()
    };
    assert_eq!(with("Size", "10"), "2: parameter Size cannot be \"10\": it is above MaxValue");
    assert_eq!(with("Size", "ten"), "2: parameter Size cannot be \"ten\": ten is no number");
    assert_eq!(with("Mode", "c"), "3: parameter Mode cannot be \"c\": it is not among AllowedValues");
    assert_eq!(with("Name", "x1"), "4: parameter Name cannot be \"x1\": it does not match [a-z]+");
    assert_eq!(with("Sise", "1"), "there is no parameter Sise in the template");
}

#[test]
fn what_is_not_known_is_one_error_with_its_line() {
    let cases = [
        (
            resources("  A: { Type: AWS::Magic::Wand }"),
            "3: AWS::Magic::Wand is no resource type that the local stack knows",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      Colour: red"),
            "6: AWS::SQS::Queue has a property Colour that the local stack does not know",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Colour: red"),
            "5: A has an attribute Colour that CloudFormation does not know",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Cidr x"),
            "6: !Cidr is no intrinsic function that the local stack knows",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: { Fn::GetAZs: x }"),
            "6: !GetAZs is no intrinsic function that the local stack knows",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !ImportValue x"),
            "6: !ImportValue is refused: the stack must stand alone",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Missing"),
            "6: there is no parameter or resource Missing",
        ),
        (
            resources("  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !GetAtt A.Colour"),
            "6: the references go round in a circle",
        ),
        (resources("  A: { Type: AWS::SQS::Queue }\n  A: { Type: AWS::SQS::Queue }"), "4: A is given twice"),
        (resources("  A: { Type: AWS::SQS::Queue, Condition: No }"), "3: there is no condition No"),
        ("Wishes: {}\nResources: {}\n".to_owned(), "1: there is no section Wishes that the local stack knows"),
        (
            "Resources:\n  A: [\n".to_owned(),
            "3: no valid YAML: while parsing a node, did not find expected node content",
        ),
        ("Description: x\n".to_owned(), "1: there is no section Resources"),
    ];
    for (text, wanted) in cases {
        assert_eq!(fault(&text), wanted, "for\n{text}");
    }
}

const FUNCTION: &str = "  F:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: f } }
    Properties:
";

#[test]
fn globals_are_merged_as_sam_merges_them() {
    let text = format!(
        "Globals:\n  Function:\n    Timeout: 10\n    MemorySize: 256\n    Environment: {{ Variables: {{ A: global, B: global }} }}\n{}{FUNCTION}      Timeout: 20\n      Environment: {{ Variables: {{ B: own, C: 5 }} }}\n",
        resources("")
    );
    let template = read(&text).expect("understood");
    let function = &template.functions[0];
    assert_eq!((function.timeout_s, function.memory_mb), (20, 256));
    let environment: Vec<(&str, &str)> =
        function.environment.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(environment, [("A", "global"), ("B", "own"), ("C", "5")]);
}

#[test]
fn events_of_a_function_are_read_and_unknown_ones_refused() {
    let text = format!(
        "{}{FUNCTION}      Events:\n        Any: {{ Type: HttpApi }}\n        Get: {{ Type: HttpApi, Properties: {{ Method: get, Path: '/x/{{id}}' }} }}\n        Tick: {{ Type: Schedule, Properties: {{ Schedule: rate(1 minute) }} }}\n",
        resources("")
    );
    let template = read(&text).expect("understood");
    assert_eq!(template.http_apis[0].routes.len(), 2);
    assert_eq!(template.http_apis[0].routes[1].method, "GET");
    let schedules = template.functions[0].events.iter().filter(|event| matches!(event, Event::Schedule(_)));
    assert_eq!(schedules.count(), 1);

    let unknown = format!("{}{FUNCTION}      Events:\n        S3: {{ Type: S3 }}\n", resources(""));
    assert!(fault(&unknown).starts_with("8: an event of type S3 is not imitated"));
}

#[test]
fn statements_are_kept_as_data_and_managed_policies_refused() {
    let text = format!(
        "{}{FUNCTION}      Policies:\n        - Statement:\n            - {{ Effect: Allow, Action: sqs:SendMessage, Resource: '*' }}\n",
        resources("")
    );
    let template = read(&text).expect("understood");
    let [statement] = template.functions[0].statements.as_slice() else { panic!("one statement") };
    assert_eq!((statement.line, statement.actions.as_slice()), (9, &["sqs:SendMessage".to_owned()][..]));

    let managed = format!("{}{FUNCTION}      Policies: [AWSLambdaBasicExecutionRole]\n", resources(""));
    assert_eq!(fault(&managed), "7: write the statements out: managed policies and SAM policy templates are not read");
}
