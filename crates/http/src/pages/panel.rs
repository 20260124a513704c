//! A part of a page that is read by itself: what it shows, or what kept it from being read. The rest of the page stands either way.

use daybook_portal::PortalError;

use super::guard::Viewer;
use crate::problem::Problem;

/// What a panel shows, or says instead.
pub(super) type Panel<T> = Result<T, Failed>;

/// What kept a panel from being read, for people.
pub(super) struct Failed {
    /// What happened, as a sentence.
    pub(super) says: String,
    /// What to report it by.
    pub(super) request: String,
}

/// What was read for a panel. Where the server failed, the panel says so; what is wrong with the question is the whole page's to say.
pub(super) fn panel<T>(
    viewer: &Viewer,
    read: Result<T, impl Into<PortalError>>,
) -> Result<Panel<T>, Problem> {
    let problem = match read {
        Ok(read) => return Ok(Ok(read)),
        Err(error) => Problem::from(error.into()),
    };
    if !problem.status().is_server_error() {
        return Err(problem);
    }
    Ok(Err(Failed { says: problem.sentence(viewer.look.locale), request: viewer.request_id() }))
}
