//! Several requests on one connection in one round trip.

use std::{future::Future, pin::Pin, task::Poll};

use futures_util::future::{MaybeDone, maybe_done};

/// Requests that were sent, in order, and whose answers are still on their way.
pub(super) struct Sent<F: Future>(Vec<Pin<Box<MaybeDone<F>>>>);

/// Sends every request: the driver does so when its future is polled first, in the order of these polls.
pub(super) async fn send<F: Future>(requests: impl IntoIterator<Item = F>) -> Sent<F> {
    let mut sent: Vec<_> = requests.into_iter().map(|request| Box::pin(maybe_done(request))).collect();
    std::future::poll_fn(|context| {
        for request in &mut sent {
            // The answer is awaited later, in order.
            let _pending = request.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    Sent(sent)
}

impl<F: Future<Output = Result<T, E>>, T, E> Sent<F> {
    /// Whether a request has failed before anything was sent for it.
    pub(super) fn failed_at_once(&mut self) -> bool {
        self.0.iter_mut().any(|request| request.as_mut().output_mut().is_some_and(|output| output.is_err()))
    }

    /// The answers, in order.
    pub(super) async fn answers(mut self) -> Vec<F::Output> {
        let mut answers = Vec::with_capacity(self.0.len());
        for request in &mut self.0 {
            request.as_mut().await;
            answers.extend(request.as_mut().take_output());
        }
        answers
    }
}
