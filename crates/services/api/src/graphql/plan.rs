//! An operation made ready to run: a tree of steps, typed by what they are asked of. Fragments are merged, variables
//! are in place, `@skip` and `@include` are decided; nothing is looked up by name while an answer is written.

use std::cell::Cell;

use apollo_compiler::ast::Value;
use apollo_compiler::executable::{Field, Selection as Selected, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::{ExecutableDocument, Name};

use crate::graphql::arguments::Arguments;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::json::Json;
use crate::graphql::limits::Limits;
use crate::graphql::sizes::Sizes;

/// The interface that our types with a global id implement; a fragment on it fits all of them.
const NODE: &str = "Node";

/// The fields of one object type of the schema, as they can be asked for.
pub(crate) trait Fields: Sized {
    /// The type's name in the schema.
    const TYPE: &'static str;
    /// The field that is asked for.
    fn plan(asked: &Asked<'_>) -> Result<Self, Failure>;
}

/// What is asked of an object, in the order of the answer.
#[derive(Debug)]
pub(crate) struct Selection<F>(pub(crate) Vec<Step<F>>);

/// One key of an answer.
#[derive(Debug)]
pub(crate) struct Step<F> {
    /// `"title":`, ready to be written.
    pub(crate) key: Box<[u8]>,
    pub(crate) name: Name,
    pub(crate) span: Option<SourceSpan>,
    pub(crate) what: What<F>,
}

/// What a key holds.
#[derive(Debug)]
pub(crate) enum What<F> {
    /// `__typename`.
    TypeName,
    Field(F),
}

/// What an operation touches, which decides who may keep its answer and what is said beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Something that belongs to one person.
    pub(crate) person: bool,
    pub(crate) grades: bool,
    pub(crate) enrollment: bool,
    pub(crate) descriptions: bool,
}

/// Makes one operation ready.
pub(crate) struct Planner<'a> {
    document: &'a ExecutableDocument,
    variables: &'a JsonMap,
    pub(crate) limits: &'a Limits,
    pub(crate) sizes: Sizes,
    touched: Cell<Touched>,
    depth: Cell<usize>,
    aliases: Cell<usize>,
    steps: Cell<usize>,
    /// How many objects the selection that is being planned will be asked of, by estimate.
    rows: Cell<f64>,
    cost: Cell<f64>,
}

/// A field that is asked for; several mentions of one key are one.
pub(crate) struct Asked<'a> {
    pub(crate) planner: &'a Planner<'a>,
    fields: Vec<&'a Field>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        document: &'a ExecutableDocument,
        variables: &'a JsonMap,
        limits: &'a Limits,
        sizes: Sizes,
    ) -> Self {
        let (touched, depth, aliases, steps, cost) = Default::default();
        Self { document, variables, limits, sizes, touched, depth, aliases, steps, rows: Cell::new(1.0), cost }
    }

    /// The steps of the operation's root.
    pub(crate) fn root<F: Fields>(&'a self, root: &'a SelectionSet) -> Result<Selection<F>, Failure> {
        let selection = self.select([root].into_iter())?;
        self.limits.root_fields.check(selection.0.len())?;
        Ok(selection)
    }

    pub(crate) fn touched(&self) -> Touched {
        self.touched.get()
    }

    /// Fields over all rows, by estimate.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from f64 stops at the ends")]
    pub(crate) fn cost(&self) -> usize {
        self.cost.get() as usize
    }

    fn select<F: Fields>(&'a self, sets: impl Iterator<Item = &'a SelectionSet>) -> Result<Selection<F>, Failure> {
        let mut merged: Vec<(&'a Name, Vec<&'a Field>)> = Vec::new();
        let mut spread = Vec::new();
        for set in sets {
            self.collect(F::TYPE, set, &mut merged, &mut spread)?;
        }
        self.steps.set(self.steps.get() + merged.len());
        self.limits.fields.check(self.steps.get())?;
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        self.cost.set(self.cost.get() + self.rows.get() * merged.len() as f64);
        self.limits.cost.check(self.cost())?;
        self.depth.set(self.depth.get() + 1);
        self.limits.depth.check(self.depth.get())?;
        let steps = merged.into_iter().map(|(name, fields)| self.step(name, fields)).collect::<Result<_, _>>()?;
        self.depth.set(self.depth.get() - 1);
        Ok(Selection(steps))
    }

    /// Puts the fields of a selection below their keys, those of fragments too: each named fragment once.
    fn collect(
        &self,
        of: &str,
        set: &'a SelectionSet,
        merged: &mut Vec<(&'a Name, Vec<&'a Field>)>,
        spread: &mut Vec<&'a Name>,
    ) -> Result<(), Failure> {
        for selected in &set.selections {
            match selected {
                Selected::Field(field) if self.is_included(&field.directives)? => {
                    let key = field.response_key();
                    match merged.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, fields)) => fields.push(field),
                        None => merged.push((key, vec![field])),
                    }
                }
                Selected::FragmentSpread(fragment) if self.is_included(&fragment.directives)? => {
                    let name = &fragment.fragment_name;
                    if let Some(known) = self.document.fragments.get(name)
                        && !spread.contains(&name)
                    {
                        spread.push(name);
                        if fits(of, Some(known.type_condition())) {
                            self.collect(of, &known.selection_set, merged, spread)?;
                        }
                    }
                }
                Selected::InlineFragment(inline)
                    if self.is_included(&inline.directives)? && fits(of, inline.type_condition.as_ref()) =>
                {
                    self.collect(of, &inline.selection_set, merged, spread)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn step<F: Fields>(&'a self, name: &'a Name, fields: Vec<&'a Field>) -> Result<Step<F>, Failure> {
        let first = fields[0];
        if first.alias.is_some() {
            self.aliases.set(self.aliases.get() + 1);
            self.limits.aliases.check(self.aliases.get())?;
        }
        let mut key = Json::default();
        key.text(name);
        key.byte(b':');
        let span = first.name.location();
        let what = if first.name == "__typename" {
            What::TypeName
        } else {
            What::Field(F::plan(&Asked { planner: self, fields })?)
        };
        Ok(Step { key: key.into_bytes().into(), name: name.clone(), span, what })
    }

    fn is_included(&self, directives: &apollo_compiler::executable::DirectiveList) -> Result<bool, Failure> {
        if directives.is_empty() {
            return Ok(true);
        }
        let condition = |name: &str| match directives.get(name) {
            Some(directive) => match directive.specified_argument_by_name("if").map(|value| self.value(value)) {
                Some(Some(JsonValue::Bool(is))) => Ok(Some(is)),
                _ => Err(Failure::new(Code::Invalid, format!("`@{name}(if:)` needs true or false."))),
            },
            None => Ok(None),
        };
        Ok(condition("skip")? != Some(true) && condition("include")? != Some(false))
    }

    /// A literal with variables in place; `None` for a variable that was not given.
    pub(crate) fn value(&self, value: &Value) -> Option<JsonValue> {
        Some(match value {
            Value::Null => JsonValue::Null,
            Value::Variable(name) => return self.variables.get(name.as_str()).cloned(),
            Value::Enum(name) => name.as_str().into(),
            Value::String(text) => text.as_str().into(),
            Value::Boolean(is) => (*is).into(),
            Value::Int(number) => number.as_str().parse().map_or(JsonValue::Null, JsonValue::Number),
            Value::Float(number) => number.as_str().parse().map_or(JsonValue::Null, JsonValue::Number),
            Value::List(values) => {
                values.iter().map(|value| self.value(value).unwrap_or(JsonValue::Null)).collect::<Vec<_>>().into()
            }
            Value::Object(fields) => JsonValue::Object(
                fields.iter().filter_map(|(name, value)| Some((name.as_str().into(), self.value(value)?))).collect(),
            ),
        })
    }
}

/// Whether a fragment of that condition speaks of the type. On a valid document the type implements any interface that
/// is named here.
fn fits(of: &str, condition: Option<&Name>) -> bool {
    condition.is_none_or(|condition| condition == of || condition == NODE)
}

impl<'a> Asked<'a> {
    pub(crate) fn name(&self) -> &'a str {
        &self.fields[0].name
    }

    /// What is asked of the object behind the field.
    pub(crate) fn selection<F: Fields>(&self) -> Result<Selection<F>, Failure> {
        self.planner.select(self.fields.iter().map(|field| &field.selection_set))
    }

    /// What is asked of each of about so many objects.
    pub(crate) fn selection_of_many<F: Fields>(&self, rows: f64) -> Result<Selection<F>, Failure> {
        let outer = self.planner.rows.get();
        self.planner.rows.set(outer * rows.max(1.0));
        let selection = self.selection();
        self.planner.rows.set(outer);
        selection
    }

    pub(crate) fn arguments(&self) -> Arguments<'a> {
        let field = self.fields[0];
        let mut values = Vec::new();
        for definition in &field.definition.arguments {
            let given = field.arguments.iter().find(|argument| argument.name == definition.name);
            let value = given.and_then(|argument| self.planner.value(&argument.value));
            let value = value.or_else(|| self.planner.value(definition.default_value.as_ref()?));
            values.extend(value.map(|value| (&*definition.name, value)));
        }
        Arguments::new(values)
    }

    pub(crate) fn touch(&self, mark: impl FnOnce(&mut Touched)) {
        let mut touched = self.planner.touched.get();
        mark(&mut touched);
        self.planner.touched.set(touched);
    }

    /// A field of the schema that the code does not know: a test asks for every field, so this is never seen.
    pub(crate) fn unknown<T>(&self, of: &str) -> Result<T, Failure> {
        Err(Failure::new(Code::Internal, format!("{of}.{} cannot be answered yet.", self.name())))
    }
}
