//! A shop whose checkout is behind a feature flag. Each request is answered for the user who sent it.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use open_feature::{Client, EvaluationContext, OpenFeature};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("HALYARD_URL").map_err(|_| "set HALYARD_URL")?;
    let key = env::var("HALYARD_KEY").map_err(|_| "set HALYARD_KEY to an environment's server key")?;
    let headers = HeaderMap::from_iter([(AUTHORIZATION, format!("Bearer {key}").parse()?)]);
    let provider =
        OfrepProvider::new(OfrepOptions { base_url: url, headers, connect_timeout: Duration::from_secs(1), ..Default::default() }).await?;
    let flags = {
        let mut open_feature = OpenFeature::singleton_mut().await;
        open_feature.set_provider(provider).await;
        open_feature.create_client()
    };

    let listener = TcpListener::bind(("127.0.0.1", env::var("PORT").map_or(Ok(3002), |port| port.parse())?)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/", get(shop)).with_state(Arc::new(flags))).await?;
    Ok(())
}

/// What a shop knows from its session; here it comes with the address: `/?user=ann&email=ann@acme.example&country=NL`.
#[derive(Deserialize)]
struct Visit {
    #[serde(default)]
    user: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    country: String,
}

async fn shop(State(flags): State<Arc<Client>>, Query(visit): Query<Visit>) -> String {
    let context = EvaluationContext::default()
        .with_targeting_key(&visit.user)
        .with_custom_field("email", visit.email)
        .with_custom_field("country", visit.country);
    let context = Some(&context);

    // What follows `or` is what the shop does when there is no answer: it never fails for a flag, and never waits for one in vain.
    let one_page = or(false, flags.get_bool_value("new-checkout", context, None)).await;
    let most = or(50, flags.get_int_value("max-cart-items", context, None)).await;
    format!("{}: checkout on {}, up to {most} items\n", visit.user, if one_page { "one page" } else { "four pages" })
}

/// The flag's value; the default where there is none within a second. The provider itself would wait for ever.
async fn or<T>(default: T, answer: impl Future<Output = Result<T, open_feature::EvaluationError>>) -> T {
    match timeout(Duration::from_secs(1), answer).await {
        Ok(Ok(value)) => value,
        _ => default,
    }
}
