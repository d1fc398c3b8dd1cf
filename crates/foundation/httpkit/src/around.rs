//! A layer of two plain functions, one before the routes and one after. A middleware of axum does the same with three
//! more boxes per request.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use tower::{Layer, Service};

/// What is done around the routes.
pub(crate) trait Around: Clone + Send + Sync + 'static {
    /// What the second function wants to know from the first.
    type Noted: Send + 'static;

    /// Before the routes; an error is the answer, and the routes are not asked.
    fn before(&self, request: &Request) -> Result<Self::Noted, Box<Response>>;

    /// After the routes.
    fn after(&self, noted: Self::Noted, response: &mut Response);
}

/// The layer.
#[derive(Clone)]
pub(crate) struct AroundLayer<A>(pub(crate) A);

impl<A: Around, S> Layer<S> for AroundLayer<A> {
    type Service = AroundService<A, S>;

    fn layer(&self, inside: S) -> AroundService<A, S> {
        AroundService { around: self.0.clone(), inside }
    }
}

/// The routes, with something around.
#[derive(Clone)]
pub(crate) struct AroundService<A, S> {
    around: A,
    inside: S,
}

impl<A, S> Service<Request> for AroundService<A, S>
where
    A: Around,
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inside.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let noted = match self.around.before(&request) {
            Ok(noted) => noted,
            Err(answer) => return Box::pin(std::future::ready(Ok(*answer))),
        };
        let around = self.around.clone();
        let answered = self.inside.call(request);
        Box::pin(async move {
            let Ok(mut response) = answered.await;
            around.after(noted, &mut response);
            Ok(response)
        })
    }
}
