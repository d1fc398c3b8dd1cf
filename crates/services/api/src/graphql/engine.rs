//! What stays between requests, and making an operation ready to run.

use std::sync::Arc;

use apollo_compiler::executable::Operation;
use apollo_compiler::response::{ExecutionResponse, JsonMap};
use apollo_compiler::validation::Valid;
use apollo_compiler::{introspection, request};
use catalog::snapshot::Snapshot;

use crate::graphql::documents::{Document, Documents};
use crate::graphql::failure::{Code, Failure};
use crate::graphql::limits::Limits;
use crate::graphql::persisted::Persisted;
use crate::graphql::plan::{Planner, Selection, Touched, What};
use crate::graphql::request::Request;
use crate::graphql::schema::SCHEMA;
use crate::graphql::sizes::KnownSizes;
use crate::graphql::types::mutation::MutationField;
use crate::graphql::types::query::QueryField;

/// What stays between requests.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    documents: Documents,
    persisted: Persisted,
    sizes: KnownSizes,
}

/// An operation that is ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Arc<Document>,
    /// The operation's name, when it has one.
    pub(crate) name: Option<String>,
    pub(crate) plan: Plan,
    pub(crate) touched: Touched,
    /// Fields over all rows, by estimate.
    pub(crate) cost: usize,
}

/// The steps from the root.
#[derive(Debug)]
pub(crate) enum Plan {
    /// With what the schema library answered of it.
    Query(Selection<QueryField>, JsonMap),
    Mutation(Selection<MutationField>),
}

impl Engine {
    /// Reads, checks and plans what a request asks.
    pub(crate) fn prepare(
        &self,
        request: &Request,
        limits: &Limits,
        snapshot: &Snapshot,
    ) -> Result<Prepared, Vec<Failure>> {
        let document = match (&request.query, &request.persisted_hash) {
            (Some(text), None) => self.documents.read(text, limits)?,
            (Some(text), Some(hash)) => {
                limits.query_bytes.check(text.len()).map_err(one)?;
                self.persisted.keep(hash, text).map_err(one)?;
                self.documents.read(text, limits)?
            }
            (None, Some(hash)) => self.documents.read(&self.persisted.text(hash).map_err(one)?, limits)?,
            (None, None) => return Err(one(Failure::new(Code::Invalid, "`query` is missing."))),
        };
        self.plan(&document, request, limits, snapshot).map_err(one)
    }

    fn plan(
        &self,
        document: &Arc<Document>,
        request: &Request,
        limits: &Limits,
        snapshot: &Snapshot,
    ) -> Result<Prepared, Failure> {
        let refused = |wrong: request::RequestError| Failure::found(wrong.to_graphql_error(&document.sources));
        let operation = document.operations.get(request.operation_name.as_deref()).map_err(refused)?;
        let variables = request::coerce_variable_values(&SCHEMA.schema, operation, &request.variables);
        let variables = variables.map_err(refused)?;
        let planner = Planner::new(document, &variables, limits, self.sizes.of(snapshot));
        let plan = if operation.is_mutation() {
            Plan::Mutation(planner.root(&operation.selection_set)?)
        } else {
            let selection: Selection<QueryField> = planner.root(&operation.selection_set)?;
            let asks_schema =
                selection.0.iter().any(|step| matches!(step.what, What::Field(QueryField::Introspection)));
            let told = if asks_schema { introspect(document, operation, &variables)? } else { JsonMap::new() };
            Plan::Query(selection, told)
        };
        Ok(Prepared {
            document: Arc::clone(document),
            name: operation.name.as_ref().map(ToString::to_string),
            plan,
            touched: planner.touched(),
            cost: planner.cost(),
        })
    }
}

fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

/// What the schema library says of the schema.
fn introspect(document: &Document, operation: &Operation, variables: &Valid<JsonMap>) -> Result<JsonMap, Failure> {
    let refused = |wrong: request::RequestError| Failure::found(wrong.to_graphql_error(&document.sources));
    introspection::check_max_depth(document, operation).map_err(refused)?;
    let told = introspection::partial_execute(&SCHEMA.schema, &SCHEMA.implementers, document, operation, variables);
    let ExecutionResponse { errors, data } = told.map_err(refused)?;
    match errors.into_iter().next() {
        Some(error) => Err(Failure::found(error)),
        None => Ok(data.unwrap_or_default()),
    }
}
