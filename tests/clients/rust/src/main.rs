//! OpenFeature's Rust SDK as a program that tests talk to: a question a line in, an answer a line out, both JSON.
//! `{"type", "flag", "context"}` → `{"value", "variant", "reason", "metadata"}` or `{"errorCode", "message"}`.

use std::env;
use std::error::Error;
use std::io::{Write, stdin, stdout};

use open_feature::{
    EvaluationContext, EvaluationContextFieldValue as Field, EvaluationDetails, EvaluationError, EvaluationErrorCode, FlagMetadataValue,
    OpenFeature, StructValue, Value as Answer,
};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Map, Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let headers = HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {}", env::var("HALYARD_KEY")?).parse()?)]);
    let provider = OfrepProvider::new(OfrepOptions { base_url: env::var("HALYARD_URL")?, headers, ..Default::default() }).await?;
    let mut open_feature = OpenFeature::singleton_mut().await;
    open_feature.set_provider(provider).await;
    let client = open_feature.create_client();
    drop(open_feature);

    for line in stdin().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let flag = question["flag"].as_str().unwrap_or_default();
        let context = context(&question["context"]);
        let context = Some(&context);
        let answer = match question["type"].as_str() {
            Some("boolean") => said(client.get_bool_details(flag, context, None).await, Value::from),
            Some("string") => said(client.get_string_details(flag, context, None).await, Value::from),
            Some("integer") => said(client.get_int_details(flag, context, None).await, Value::from),
            Some("float") => said(client.get_float_details(flag, context, None).await, Value::from),
            Some("object") => said(client.get_struct_details::<Fields>(flag, context, None).await, |fields| fields.0),
            _ => json!({ "errorCode": "no such type" }),
        };
        writeln!(stdout(), "{answer}")?;
    }
    Ok(())
}

/// An object as JSON: the SDK hands out its own type, and what converts from it.
struct Fields(Value);

impl TryFrom<StructValue> for Fields {
    type Error = String;
    fn try_from(value: StructValue) -> Result<Self, String> {
        Ok(Fields(json_of(Answer::Struct(value))))
    }
}

fn json_of(answer: Answer) -> Value {
    match answer {
        Answer::Bool(value) => value.into(),
        Answer::Int(value) => value.into(),
        Answer::Float(value) => value.into(),
        Answer::String(value) => value.into(),
        Answer::Array(values) => values.into_iter().map(json_of).collect(),
        Answer::Struct(value) => value.fields.into_iter().map(|(name, value)| (name, json_of(value))).collect::<Map<_, _>>().into(),
    }
}

fn context(json: &Value) -> EvaluationContext {
    let mut context = EvaluationContext::default();
    for (name, value) in json.as_object().into_iter().flatten() {
        context = match value {
            Value::String(text) if name == "targetingKey" => context.with_targeting_key(text),
            Value::String(text) => context.with_custom_field(name, Field::String(text.clone())),
            Value::Bool(value) => context.with_custom_field(name, Field::Bool(*value)),
            Value::Number(number) => context
                .with_custom_field(name, number.as_i64().map_or_else(|| Field::Float(number.as_f64().unwrap_or_default()), Field::Int)),
            // Lists there are none, and an object would arrive as a text: see docs/ofrep.md.
            _ => context,
        };
    }
    context
}

/// OpenFeature's name of it; the SDK prints some as sentences.
fn code(error: &EvaluationError) -> &'static str {
    match error.code {
        EvaluationErrorCode::ProviderNotReady => "PROVIDER_NOT_READY",
        EvaluationErrorCode::FlagNotFound => "FLAG_NOT_FOUND",
        EvaluationErrorCode::ParseError => "PARSE_ERROR",
        EvaluationErrorCode::TypeMismatch => "TYPE_MISMATCH",
        EvaluationErrorCode::TargetingKeyMissing => "TARGETING_KEY_MISSING",
        EvaluationErrorCode::InvalidContext => "INVALID_CONTEXT",
        EvaluationErrorCode::General(_) => "GENERAL",
    }
}

fn said<T>(details: Result<EvaluationDetails<T>, EvaluationError>, value: impl Fn(T) -> Value) -> Value {
    match details {
        Ok(details) => json!({
            "value": value(details.value),
            "variant": details.variant,
            "reason": details.reason.map(|reason| reason.to_string()),
            "metadata": details.flag_metadata.values.into_iter().map(|(name, value)| (name, match value {
                FlagMetadataValue::Bool(value) => value.into(),
                FlagMetadataValue::Int(value) => value.into(),
                FlagMetadataValue::Float(value) => value.into(),
                FlagMetadataValue::String(value) => Value::from(value),
            })).collect::<Map<_, _>>(),
        }),
        Err(error) => json!({ "errorCode": code(&error), "message": error.message }),
    }
}
