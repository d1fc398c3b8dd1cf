//! Running what was made ready: fetches what is not in memory, then writes the answer.

use std::sync::Arc;

use accounts::person::Person;
use accounts::session::SessionToken;
use catalog::snapshot::Snapshot;
use catalog::switches::Source;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::graphql::change;
use crate::graphql::context::{Context, Viewer};
use crate::graphql::engine::{Plan, Prepared};
use crate::graphql::failure::Failure;
use crate::graphql::fetch;
use crate::graphql::json::Json;
use crate::graphql::limits::Limits;
use crate::graphql::plan::{Selection, Touched, What};
use crate::graphql::run::{Path, Run, Stop, Written};
use crate::graphql::types::mutation::{MutationField, write_done};
use crate::graphql::types::query::{Fetched, QueryField, write_field};
use crate::service::App;
use crate::visit::Visit;

/// Estimated cost from which an answer is written beside the async threads: about a millisecond's work.
const ASIDE_COST: usize = 50_000;

/// Bytes that a field takes in an answer, about.
const FIELD_BYTES: usize = 24;

/// Bytes that an answer's buffer begins with at most; it grows when that is not enough.
const BUFFER_BYTES_MAX: usize = 8 << 20;

/// An answer.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) body: Vec<u8>,
    /// Whether there is data, be it null; without, the operation was not run.
    pub(crate) has_data: bool,
    pub(crate) failures: Vec<Failure>,
    /// Fields written and rows looked at.
    pub(crate) cost: usize,
}

impl Outcome {
    /// An answer to what was not run.
    pub(crate) fn refused(failures: Vec<Failure>) -> Self {
        let errors: Vec<Value> = failures.iter().map(Failure::to_json).collect();
        let body = json!({ "errors": errors }).to_string().into_bytes();
        Self { body, has_data: false, failures, cost: 0 }
    }
}

/// What every part of a run shares.
pub(crate) struct Surroundings {
    pub(crate) app: Arc<App>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) today: Date,
    pub(crate) now: jiff::Timestamp,
    pub(crate) person: Option<Person>,
    /// By what session, when it was one.
    pub(crate) session: Option<SessionToken>,
}

impl Surroundings {
    pub(crate) fn new(visit: &Visit, person: Option<Person>) -> Self {
        let today = visit.app.day(visit.now);
        Self { app: visit.app.clone(), snapshot: visit.snapshot.clone(), today, now: visit.now, person, session: None }
    }

    /// The same for whoever came by a session.
    pub(crate) fn by(self, session: Option<SessionToken>) -> Self {
        Self { session, ..self }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.app.config.graphql
    }
}

/// Runs an operation.
pub(crate) async fn execute(around: Surroundings, prepared: Prepared) -> Outcome {
    match &prepared.plan {
        Plan::Mutation(selection) => mutate(&around, &prepared, selection).await,
        Plan::Query(..) => query(around, prepared).await,
    }
}

async fn query(around: Surroundings, prepared: Prepared) -> Outcome {
    let Plan::Query(selection, told) = &prepared.plan else { return Outcome::refused(Vec::new()) };
    let viewer = match read_viewer(&around, prepared.touched).await {
        Ok(viewer) => viewer,
        Err(failure) => return Outcome::refused(vec![failure]),
    };
    let mut fetched = Vec::with_capacity(selection.0.len());
    for step in &selection.0 {
        fetched.push(match &step.what {
            What::Field(QueryField::Introspection) => {
                let json = told.get(step.name.as_str()).map(serde_json::to_vec);
                Fetched::Finished(json.and_then(Result::ok).unwrap_or_else(|| b"null".to_vec()))
            }
            What::Field(field) => fetch::fetch(&around, field).await,
            What::TypeName => Fetched::Nothing,
        });
    }
    if prepared.cost < ASIDE_COST {
        return write(&around, &prepared, viewer, &fetched);
    }
    let aside = tokio::task::spawn_blocking(move || write(&around, &prepared, viewer, &fetched));
    aside.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Outcome::refused(Vec::new()),
    })
}

/// Who asks, with everything that is theirs, when the operation asks for something of a person.
async fn read_viewer(around: &Surroundings, touched: Touched) -> Result<Option<Viewer>, Failure> {
    match &around.person {
        Some(person) if touched.person => fetch::viewer(around, person).await.map(Some),
        _ => Ok(None),
    }
}

fn write(around: &Surroundings, prepared: &Prepared, viewer: Option<Viewer>, fetched: &[Fetched]) -> Outcome {
    let Plan::Query(selection, _) = &prepared.plan else { return Outcome::refused(Vec::new()) };
    let cx = Context::new(&around.snapshot, around.limits(), around.today).with_viewer(viewer);
    let expected = (prepared.cost * FIELD_BYTES).clamp(1024, BUFFER_BYTES_MAX);
    let mut run = Run::new(&cx, &prepared.document.sources, expected);
    run.out.raw(b"{\"data\":");
    let written = write_root(&mut run, selection, fetched);
    let cost = run.cost();
    finish(run.out, written, run.failures, cost, switched_off(&around.snapshot, prepared.touched))
}

fn write_root(run: &mut Run<'_>, selection: &Selection<QueryField>, fetched: &[Fetched]) -> Written {
    run.nullable(|run| {
        run.spend(selection.0.len())?;
        run.out.byte(b'{');
        for (place, (step, fetched)) in selection.0.iter().zip(fetched).enumerate() {
            if place > 0 {
                run.out.byte(b',');
            }
            run.out.raw(&step.key);
            match &step.what {
                What::TypeName => run.out.text("Query"),
                What::Field(field) => write_field(run, field, fetched, &Path::root(&step.name, step.span))?,
            }
        }
        run.out.byte(b'}');
        Ok(())
    })
}

/// One change after the other, each written before the next is begun.
async fn mutate(around: &Surroundings, prepared: &Prepared, selection: &Selection<MutationField>) -> Outcome {
    let (mut out, mut failures, mut cost) = (Json::default(), Vec::new(), 0);
    out.raw(b"{\"data\":{");
    let mut written = Ok(());
    for (place, step) in selection.0.iter().enumerate() {
        if place > 0 {
            out.byte(b',');
        }
        out.raw(&step.key);
        let What::Field(field) = &step.what else {
            out.text("Mutation");
            continue;
        };
        let (done, viewer) = change::make(around, &field.order).await;
        let cx = Context::new(&around.snapshot, around.limits(), around.today).with_viewer(viewer);
        let mut run = Run::new(&cx, &prepared.document.sources, 1024);
        let path = Path::root(&step.name, step.span);
        written = run.nullable(|run| write_done(run, &field.asks, done, &path));
        cost += run.cost();
        failures.append(&mut run.failures);
        out.raw(&run.out.into_bytes());
        if written.is_err() {
            break;
        }
    }
    out.byte(b'}');
    finish(out, written, failures, cost, None)
}

/// Puts errors and what is off behind the data.
fn finish(mut out: Json, written: Written, failures: Vec<Failure>, cost: usize, off: Option<Value>) -> Outcome {
    if let Err(Stop::Spent(failure)) = written {
        return Outcome { cost, ..Outcome::refused(vec![*failure]) };
    }
    if !failures.is_empty() {
        let errors: Vec<Value> = failures.iter().map(Failure::to_json).collect();
        out.raw(b",\"errors\":");
        out.raw(Value::Array(errors).to_string().as_bytes());
    }
    if let Some(off) = off {
        out.raw(b",\"extensions\":");
        out.raw(json!({ "switchedOff": off }).to_string().as_bytes());
    }
    out.byte(b'}');
    Outcome { body: out.into_bytes(), has_data: true, failures, cost }
}

/// Which of the touched sources the operator turned off, for the answer to say so.
fn switched_off(snapshot: &Snapshot, touched: Touched) -> Option<Value> {
    let asked = [
        (Source::Grades, touched.grades),
        (Source::Enrollment, touched.enrollment),
        (Source::Descriptions, touched.descriptions),
    ];
    let off = asked.into_iter().filter(|(_, is_touched)| *is_touched);
    let off = off.filter_map(|(source, _)| snapshot.switches().off(source));
    let off: Vec<Value> =
        off.map(|off| json!({ "source": off.source.slug(), "reason": off.reason.as_str() })).collect();
    (!off.is_empty()).then_some(Value::Array(off))
}
