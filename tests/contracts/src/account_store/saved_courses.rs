//! Courses that somebody keeps an eye on.

use accounts::person::PersonId;
use accounts::ports::{AccountError, SAVED_COURSES_MAX};
use catalog::changes::Delta;
use catalog::ids::CourseId;
use kit::sample::{code, nothing};

use crate::catalog_store::publish;
use crate::catalog_store::samples::noon;
use crate::people::{World, course, more_courses, signed_in};

pub(super) async fn courses_come_in_the_order_in_which_they_were_saved(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    let mut saved = Vec::new();
    for (day, text) in (3..).zip(["MATH 1A", "COMPSCI 61A", "ELENG 16A"]) {
        let course = course(world, text).await;
        world.accounts().save_course(oski, course, noon(day)).await.unwrap();
        saved.push(course);
    }
    assert_eq!(world.accounts().saved_courses(oski).await.unwrap(), saved);
}

pub(super) async fn saving_and_removing_twice_is_as_once(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    let (math, computing) = (course(world, "MATH 1A").await, course(world, "COMPSCI 61A").await);
    let accounts = world.accounts();
    accounts.save_course(oski, math, noon(3)).await.unwrap();
    accounts.save_course(oski, computing, noon(4)).await.unwrap();
    accounts.save_course(oski, math, noon(5)).await.unwrap();
    assert_eq!(accounts.saved_courses(oski).await.unwrap(), [math, computing], "it stays where it is");
    for _ in 0..2 {
        accounts.remove_course(oski, math).await.unwrap();
        assert_eq!(accounts.saved_courses(oski).await.unwrap(), [computing]);
    }
    accounts.remove_course(oski, CourseId(u64::MAX)).await.unwrap();
}

pub(super) async fn everybody_has_a_list_of_their_own(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
    let math = course(world, "MATH 1A").await;
    let accounts = world.accounts();
    accounts.save_course(oski, math, noon(3)).await.unwrap();
    assert_eq!(accounts.saved_courses(other).await.unwrap(), []);
    accounts.save_course(other, math, noon(3)).await.unwrap();
    accounts.remove_course(oski, math).await.unwrap();
    assert_eq!(accounts.saved_courses(other).await.unwrap(), [math]);
}

pub(super) async fn a_course_that_the_catalog_never_had_cannot_be_saved(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    for unknown in [CourseId(0), CourseId(999_999), CourseId(u64::MAX)] {
        let error = world.accounts().save_course(oski, unknown, noon(3)).await.unwrap_err();
        assert!(matches!(error, AccountError::NoSuchCourse(missing) if missing == unknown), "{error:?}");
    }
    assert_eq!(world.accounts().saved_courses(oski).await.unwrap(), []);
}

pub(super) async fn a_course_that_the_catalog_no_longer_has_stays_saved(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    let math = course(world, "MATH 1A").await;
    world.accounts().save_course(oski, math, noon(3)).await.unwrap();
    let mut night = nothing(noon(4));
    night.courses = Delta { gone: vec![code("MATH 1A")], ..Delta::default() };
    publish(world.catalog(), &night).await;
    assert_eq!(world.accounts().saved_courses(oski).await.unwrap(), [math]);
}

pub(super) async fn a_full_list_takes_no_more_however_many_try_at_once(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
    let courses = more_courses(world, SAVED_COURSES_MAX + 2).await;
    let accounts = world.accounts();
    let save = |place: usize| accounts.save_course(oski, courses[place], noon(3));
    for place in 0..SAVED_COURSES_MAX - 1 {
        save(place).await.unwrap();
    }
    let last = SAVED_COURSES_MAX - 1;
    let (a, b, c) = tokio::join!(save(last), save(last + 1), save(last + 2));
    let results = [a, b, c];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let refused = results.iter().filter(|result| matches!(result, Err(AccountError::TooManySaved)));
    assert_eq!(refused.count(), 2, "{results:?}");
    assert_eq!(accounts.saved_courses(oski).await.unwrap().len(), SAVED_COURSES_MAX);

    save(0).await.expect("it is saved already");
    accounts.save_course(other, courses[0], noon(3)).await.expect("others have lists of their own");
    accounts.remove_course(oski, courses[0]).await.unwrap();
    save(0).await.expect("there is room again");
}

pub(super) async fn nobody_saves_nothing(world: &impl World) {
    let math = course(world, "MATH 1A").await;
    let nobody = PersonId(77);
    let save = world.accounts().save_course(nobody, math, noon(3)).await;
    assert!(matches!(save, Err(AccountError::NoSuchPerson(id)) if id == nobody), "{save:?}");
    let remove = world.accounts().remove_course(nobody, math).await;
    assert!(matches!(remove, Err(AccountError::NoSuchPerson(id)) if id == nobody), "{remove:?}");
}
