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

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, future::poll_fn};

    use super::*;

    #[tokio::test]
    async fn everything_is_sent_in_order_before_any_answer_is_awaited() {
        let log = RefCell::new(Vec::new());
        let request = |number: u32| {
            let mut asked = false;
            let log = &log;
            poll_fn(move |context| {
                if std::mem::replace(&mut asked, true) {
                    log.borrow_mut().push(format!("answered {number}"));
                    return Poll::Ready(Ok::<_, ()>(number));
                }
                log.borrow_mut().push(format!("sent {number}"));
                context.waker().wake_by_ref();
                Poll::Pending
            })
        };
        let mut sent = send((1..=3).map(request)).await;
        assert!(!sent.failed_at_once());
        assert_eq!(log.take(), ["sent 1", "sent 2", "sent 3"]);
        assert_eq!(sent.answers().await, [Ok(1), Ok(2), Ok(3)]);
        assert_eq!(log.take(), ["answered 1", "answered 2", "answered 3"]);
    }

    #[tokio::test]
    async fn a_request_that_could_not_be_sent_is_known_before_the_answers() {
        let mut sent = send([Ok(1), Err("closed"), Ok(3)].map(std::future::ready)).await;
        assert!(sent.failed_at_once());
        assert_eq!(sent.answers().await, [Ok(1), Err("closed"), Ok(3)]);
    }
}
