//! Questions to the catalog, of every kind that people ask, made from the catalog itself.

use std::collections::BTreeSet;

use catalog::filter::Criteria;
use catalog::filter::sort::Sort;
use catalog::meeting::{Days, TimeRange};
use catalog::playlist::Category;
use catalog::snapshot::{CourseEntry, Snapshot};
use jiff::civil::time;

/// What is asked.
pub(crate) type Question = Criteria;

/// Questions of each kind.
const OF_EACH_KIND: usize = 400;

/// Kinds with their questions, all in the largest term.
pub(crate) fn kinds(snapshot: &Snapshot) -> Vec<(&'static str, Vec<Question>)> {
    let term = snapshot.terms().iter().max_by_key(|term| term.offerings.len()).map(|term| term.term.id);
    let asked = |query: String| Question { query, term, ..Question::default() };
    let of_courses = |text: &dyn Fn(&CourseEntry) -> String| -> Vec<Question> {
        let step = (snapshot.courses().len() / OF_EACH_KIND).max(1);
        snapshot.courses().iter().step_by(step).map(|entry| asked(text(entry))).collect()
    };
    let of_people = || -> Vec<Question> {
        let step = (snapshot.instructors().len() / OF_EACH_KIND).max(1);
        snapshot.instructors().iter().step_by(step).map(|person| asked(person.name.clone())).collect()
    };
    let filtered: Vec<Question> = filters(snapshot, &asked(String::new()));
    let mut everything = Vec::new();
    for (place, question) in filtered.iter().enumerate() {
        let entry = &snapshot.courses()[place * 17 % snapshot.courses().len()];
        everything.push(Question { query: first_word(entry), ..question.clone() });
    }
    let mut fitting = filtered.clone();
    fitting.iter_mut().enumerate().for_each(|(place, question)| ask_what_fits(question, place));
    vec![
        ("a code: `compsci 61a`", of_courses(&|entry| code(entry))),
        ("an unfinished number: `6`, `61`", of_courses(&|entry| entry.course.code.number.as_str()[..1].to_owned())),
        ("words of a title", of_courses(&|entry| first_words(entry, 2))),
        ("words of a title with a typo", of_courses(&|entry| without_third_letters(&first_words(entry, 2)))),
        ("an instructor", of_people()),
        ("a letter", (b'a'..=b'z').map(|letter| asked(char::from(letter).to_string())).collect()),
        ("no words, filters and sorts", filtered),
        ("the same, and what fits a week", fitting),
        ("a word, filters and sorts", everything),
    ]
}

fn code(entry: &CourseEntry) -> String {
    format!("{} {}", entry.course.subject_abbreviation, entry.course.code.number).to_lowercase()
}

fn first_word(entry: &CourseEntry) -> String {
    first_words(entry, 1)
}

fn first_words(entry: &CourseEntry, count: usize) -> String {
    entry.course.title.split(' ').take(count).collect::<Vec<_>>().join(" ").to_lowercase()
}

fn without_third_letters(text: &str) -> String {
    let shorter = |word: &str| word.chars().enumerate().filter(|(at, _)| *at != 2).map(|(_, c)| c).collect::<String>();
    text.split(' ').map(shorter).collect::<Vec<_>>().join(" ")
}

/// Combinations of filters and sorts: each filter is in some of them.
fn filters(snapshot: &Snapshot, base: &Question) -> Vec<Question> {
    let slugs =
        |category| -> Vec<String> { snapshot.playlists(category, base.term).map(|list| list.slug.clone()).collect() };
    let categories = [Category::Units, Category::Ls, Category::Level, Category::Department, Category::University];
    let lists = categories.map(|category| (category, slugs(category)));
    let mut questions = Vec::new();
    for number in 0..OF_EACH_KIND {
        let mut question = Question { sort: Sort::ALL[number % Sort::ALL.len()], ..base.clone() };
        for (place, (category, slugs)) in lists.iter().enumerate() {
            if number >> place & 1 == 1 && !slugs.is_empty() {
                let slug = slugs[number % slugs.len()].clone();
                question.chosen.insert(*category, BTreeSet::from([slug]));
            }
        }
        question.open_seats = number % 3 == 0;
        question.has_grades = number % 5 == 0;
        if number % 4 == 0 {
            question.days = Days::from_bits(u8::try_from(number % 31).unwrap_or(1));
        }
        if number % 7 == 0 {
            question.window = TimeRange::new(time(9, 0, 0, 0), time(17, 0, 0, 0));
        }
        questions.push(question);
    }
    questions
}

/// A week with three classes in it already.
fn ask_what_fits(question: &mut Question, number: usize) {
    let hour = i8::try_from(8 + number % 9).unwrap_or(8);
    let taken = [("MoWeFr", hour), ("TuTh", hour + 1), ("MoWe", hour + 2)];
    for (days, hour) in taken {
        let range = TimeRange::new(time(hour, 0, 0, 0), time(hour, 59, 0, 0));
        question.busy.extend(Days::from_sis(days).zip(range));
    }
    question.only_fitting = true;
}
