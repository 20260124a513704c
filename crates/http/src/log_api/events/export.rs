//! The log as a file: what the list shows for the same filters, all of it, newest first. Read page by page, so that neither memory nor a
//! transaction grows with the log. Each page begins below the one before, so what is recorded meanwhile is not in it. Must never end as
//! if it were complete when it is not: what fails on the way cuts the answer off.

use std::io;

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use daybook_portal::{EventFilter, EventPage, Portal, TenantScope};
use futures_util::{
    StreamExt,
    stream::{self, Stream},
};
use tokio::sync::watch;

use super::{Activity, filter::FilterParams};
use crate::{App, problem::Problem};

/// How many entries are read at once.
const PAGE: u32 = 500;

/// The log size at which an export holds.
const AS_OF: HeaderName = HeaderName::from_static("x-as-of");

/// A kind of file.
#[derive(Clone, Copy)]
pub(super) struct Format {
    /// Its media type.
    pub(super) media: &'static str,
    /// The end of its name.
    pub(super) ending: &'static str,
    /// What it begins with.
    pub(super) head: fn() -> String,
    /// Adds an entry.
    pub(super) add: fn(&mut String, &Activity) -> Result<(), serde_json::Error>,
}

impl Format {
    fn add_all(self, text: &mut String, page: &EventPage) -> Result<(), Problem> {
        for activity in Activity::all(&page.events)? {
            (self.add)(text, &activity)
                .map_err(|_| daybook_portal::PortalError::Broken("an entry cannot be written"))?;
        }
        Ok(())
    }
}

/// The answer with everything that the filters leave. The first page is read before it begins: what is wrong by then is a problem as
/// everywhere.
pub(super) async fn export(
    app: &App,
    scope: TenantScope,
    params: &FilterParams,
    format: Format,
) -> Result<Response, Problem> {
    let mut begun = (format.head)();
    let (as_of, rest) = match params.resolve(app, scope).await? {
        Some(filter) => {
            let page = app.portal.events(scope, &filter, None, PAGE).await?;
            format.add_all(&mut begun, &page)?;
            let (portal, stopping) = (app.portal.clone(), app.stopping.clone());
            (page.as_of, page.next.map(|before| Rest { portal, stopping, scope, filter, before, format }))
        }
        None => (app.portal.log_size().await?, None),
    };
    let body = stream::iter([Ok(Bytes::from(begun))]).chain(pages(rest));
    let disposition = format!("attachment; filename=\"events-{as_of}.{}\"", format.ending);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (AS_OF, HeaderValue::from(as_of)),
    ];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], Body::from_stream(body)).into_response())
}

/// What is still to be read.
struct Rest {
    portal: Portal,
    stopping: watch::Receiver<bool>,
    scope: TenantScope,
    filter: EventFilter,
    before: u64,
    format: Format,
}

/// The further pages. Cut off when the server stops: the client must not take a part for the whole.
fn pages(rest: Option<Rest>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(rest, |rest| async move {
        let Some(mut rest) = rest else { return Ok(None) };
        let page = tokio::select! {
            _ = rest.stopping.wait_for(|stopping| *stopping) => return Err(io::Error::other("the server stops")),
            page = rest.portal.events(rest.scope, &rest.filter, Some(rest.before), PAGE) => page,
        };
        let page = page.map_err(|error| {
            tracing::warn!(%error, "an export was cut off");
            io::Error::other("the log cannot be read")
        })?;
        let mut text = String::new();
        rest.format.add_all(&mut text, &page).map_err(|_| io::Error::other("an entry cannot be written"))?;
        let rest = page.next.map(|before| Rest { before, ..rest });
        Ok(Some((Bytes::from(text), rest)))
    })
}
