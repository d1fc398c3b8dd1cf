//! Running a plan: writes the answer's data, and remembers what failed on the way.

use apollo_compiler::Name;
use apollo_compiler::parser::{SourceMap, SourceSpan};
use serde_json::Value;

use crate::graphql::arguments::Refusal;
use crate::graphql::context::Context;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::json::Json;
use crate::graphql::plan::{Fields, Selection, What};

/// Errors of one answer at most; more would say the same again.
const FAILURES_MAX: usize = 100;

/// Why writing stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The field is null and must not be: the nearest object that may be null becomes null.
    Null,
    /// The operation cost more than allowed: there is no answer.
    Spent(Box<Failure>),
}

/// How writing a field ended.
pub(crate) type Written = Result<(), Stop>;

/// Where in the data a field lies: the way back to the root.
#[derive(Clone, Copy)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
    span: Option<SourceSpan>,
}

#[derive(Clone, Copy)]
enum Segment<'p> {
    Key(&'p Name),
    Place(usize),
}

impl<'p> Path<'p> {
    pub(crate) fn root(key: &'p Name, span: Option<SourceSpan>) -> Self {
        Self { parent: None, segment: Segment::Key(key), span }
    }

    fn key(&'p self, key: &'p Name, span: Option<SourceSpan>) -> Self {
        Self { parent: Some(self), segment: Segment::Key(key), span }
    }

    pub(crate) fn place(&'p self, place: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Place(place), span: self.span }
    }

    pub(crate) fn to_values(self) -> Vec<Value> {
        let mut values = Vec::new();
        let mut here = Some(&self);
        while let Some(path) = here {
            values.push(match path.segment {
                Segment::Key(key) => Value::from(key.as_str()),
                Segment::Place(place) => Value::from(place),
            });
            here = path.parent;
        }
        values.reverse();
        values
    }
}

/// One answer being written.
pub(crate) struct Run<'a> {
    pub(crate) cx: &'a Context<'a>,
    pub(crate) out: Json,
    pub(crate) failures: Vec<Failure>,
    sources: &'a SourceMap,
    cost: usize,
}

impl<'a> Run<'a> {
    pub(crate) fn new(cx: &'a Context<'a>, sources: &'a SourceMap, expected_bytes: usize) -> Self {
        Self { cx, out: Json::with_capacity(expected_bytes), failures: Vec::new(), sources, cost: 0 }
    }

    /// Fields written and rows looked at.
    pub(crate) fn cost(&self) -> usize {
        self.cost
    }

    /// Counts work that was done.
    pub(crate) fn spend(&mut self, cost: usize) -> Written {
        self.cost += cost;
        let limits = self.cx.limits;
        if self.cost > limits.cost.most {
            return Err(Stop::Spent(Box::new(limits.cost.refusal())));
        }
        if self.out.len() > limits.answer_bytes.most {
            return Err(Stop::Spent(Box::new(limits.answer_bytes.refusal())));
        }
        Ok(())
    }

    /// Writes an object; `field` writes one of its fields.
    pub(crate) fn object<F: Fields>(
        &mut self,
        selection: &Selection<F>,
        path: &Path<'_>,
        mut field: impl FnMut(&mut Self, &F, &Path<'_>) -> Written,
    ) -> Written {
        self.spend(selection.0.len())?;
        self.out.byte(b'{');
        for (place, step) in selection.0.iter().enumerate() {
            if place > 0 {
                self.out.byte(b',');
            }
            self.out.raw(&step.key);
            match &step.what {
                What::TypeName => self.out.text(F::TYPE),
                What::Field(asked) => field(self, asked, &path.key(&step.name, step.span))?,
            }
        }
        self.out.byte(b'}');
        Ok(())
    }

    /// Writes something that may be null: when it fails, it is null.
    pub(crate) fn nullable(&mut self, write: impl FnOnce(&mut Self) -> Written) -> Written {
        let start = self.out.len();
        match write(self) {
            Err(Stop::Null) => {
                self.out.truncate(start);
                self.out.null();
                Ok(())
            }
            written => written,
        }
    }

    /// Writes what there is, or null.
    pub(crate) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T) -> Written) -> Written {
        match value {
            Some(value) => self.nullable(|run| write(run, value)),
            None => {
                self.out.null();
                Ok(())
            }
        }
    }

    /// Writes a list; its elements may be null.
    pub(crate) fn list<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        path: &Path<'_>,
        mut write: impl FnMut(&mut Self, T, &Path<'_>) -> Written,
    ) -> Written {
        self.out.byte(b'[');
        for (place, row) in rows.into_iter().enumerate() {
            if place > 0 {
                self.out.byte(b',');
            }
            write(self, row, &path.place(place))?;
        }
        self.out.byte(b']');
        Ok(())
    }

    /// Remembers why a field is null.
    pub(crate) fn fail(&mut self, path: &Path<'_>, code: Code, message: impl Into<String>) -> Stop {
        if self.failures.len() < FAILURES_MAX {
            let failure = Failure::new(code, message).at(path.span, self.sources).with_path(path.to_values());
            self.failures.push(failure);
        }
        Stop::Null
    }

    /// What was read from arguments, or the failure of the field.
    pub(crate) fn given<'g, T>(&mut self, given: &'g Result<T, Refusal>, path: &Path<'_>) -> Result<&'g T, Stop> {
        given.as_ref().map_err(|refusal| self.fail(path, Code::BadInput, refusal.0.clone()))
    }
}
