//! The contract of the store of collections.

use accounts::collection::{COLLECTION_COURSES_MAX, COLLECTIONS_MAX, CollectionId, CollectionName};
use accounts::person::PersonId;
use accounts::ports::CollectionError;
use catalog::ids::CourseId;

use crate::catalog_store::samples::noon;
use crate::people::{World, course, more_courses, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::a_collection_holds_courses_in_the_order_of_adding,
            cases::names_are_ones_own_and_told_apart_in_any_case,
            cases::a_collection_that_is_removed_comes_back_once_and_is_gone,
            cases::strangers_see_and_change_nothing,
            cases::a_course_that_never_was_is_in_no_collection,
            cases::there_are_so_many_collections_however_many_are_made_at_once,
            cases::a_full_collection_takes_no_more_however_many_try_at_once,
            cases::of_two_of_one_name_at_once_one_is_made,
            cases::nobody_collects_nothing,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

mod cases {
    use super::*;

    fn name(text: &str) -> CollectionName {
        CollectionName::parse(text).unwrap()
    }

    pub(super) async fn a_collection_holds_courses_in_the_order_of_adding(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        let made = collections.create_collection(oski, &name("Breadths"), noon(3)).await.unwrap();
        assert_eq!((made.name.as_str(), made.created_at, made.courses.len()), ("Breadths", noon(3), 0));
        let (math, computing) = (course(world, "MATH 1A").await, course(world, "COMPSCI 61A").await);
        for added in [computing, math, computing] {
            collections.add_to_collection(oski, made.id, added, noon(4)).await.unwrap();
        }
        let other = collections.create_collection(oski, &name("Another"), noon(3)).await.unwrap();
        let read = collections.collections(oski).await.unwrap();
        assert_eq!(read.iter().map(|held| held.id).collect::<Vec<_>>(), [made.id, other.id]);
        assert_eq!(read[0].courses, [computing, math], "each once, the first added first");
        assert_eq!(world.accounts().saved_courses(oski).await.unwrap(), [], "`Saved` is another list");

        for _ in 0..2 {
            collections.take_from_collection(oski, made.id, computing).await.unwrap();
        }
        assert_eq!(collections.collections(oski).await.unwrap()[0].courses, [math]);
    }

    pub(super) async fn names_are_ones_own_and_told_apart_in_any_case(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        let collections = world.collections();
        let made = collections.create_collection(oski, &name("Études"), noon(3)).await.unwrap();
        let second = collections.create_collection(oski, &name("Second"), noon(3)).await.unwrap();
        let error = collections.create_collection(oski, &name("éTUDES"), noon(3)).await.unwrap_err();
        assert!(matches!(&error, CollectionError::NameTaken(held) if held.as_str() == "Études"), "{error:?}");
        let error = collections.rename_collection(oski, second.id, &name("études")).await.unwrap_err();
        assert!(matches!(error, CollectionError::NameTaken(_)), "{error:?}");
        collections.rename_collection(oski, made.id, &name("ÉTUDES")).await.expect("it is its own name");
        collections.create_collection(other, &name("Études"), noon(3)).await.expect("others have names of their own");
        let names: Vec<String> =
            collections.collections(oski).await.unwrap().into_iter().map(|held| held.name.to_string()).collect();
        assert_eq!(names, ["ÉTUDES", "Second"]);
    }

    pub(super) async fn a_collection_that_is_removed_comes_back_once_and_is_gone(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        let math = course(world, "MATH 1A").await;
        let made = collections.create_collection(oski, &name("Breadths"), noon(3)).await.unwrap();
        collections.add_to_collection(oski, made.id, math, noon(3)).await.unwrap();
        assert_eq!(collections.remove_collection(oski, made.id).await.unwrap().courses, [math]);
        let error = collections.remove_collection(oski, made.id).await.unwrap_err();
        assert!(matches!(error, CollectionError::NoSuchCollection), "{error:?}");
        assert_eq!(collections.collections(oski).await.unwrap(), []);
        collections.create_collection(oski, &name("Breadths"), noon(3)).await.expect("the name is free again");
    }

    pub(super) async fn strangers_see_and_change_nothing(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        let collections = world.collections();
        let math = course(world, "MATH 1A").await;
        let made = collections.create_collection(oski, &name("Breadths"), noon(3)).await.unwrap();
        collections.add_to_collection(oski, made.id, math, noon(3)).await.unwrap();
        let before = collections.collections(oski).await.unwrap();
        for id in [made.id, CollectionId(999), CollectionId(u64::MAX)] {
            let tried = [
                collections.rename_collection(other, id, &name("Mine")).await.unwrap_err(),
                collections.add_to_collection(other, id, math, noon(4)).await.unwrap_err(),
                collections.take_from_collection(other, id, math).await.unwrap_err(),
                collections.remove_collection(other, id).await.unwrap_err(),
            ];
            for error in tried {
                assert!(matches!(error, CollectionError::NoSuchCollection), "{error:?}");
            }
        }
        assert_eq!(collections.collections(other).await.unwrap(), []);
        assert_eq!(collections.collections(oski).await.unwrap(), before);
    }

    pub(super) async fn a_course_that_never_was_is_in_no_collection(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        let made = collections.create_collection(oski, &name("Breadths"), noon(3)).await.unwrap();
        for unknown in [CourseId(0), CourseId(999_999), CourseId(u64::MAX)] {
            let error = collections.add_to_collection(oski, made.id, unknown, noon(3)).await.unwrap_err();
            assert!(matches!(error, CollectionError::NoSuchCourse(course) if course == unknown), "{error:?}");
            collections.take_from_collection(oski, made.id, unknown).await.unwrap();
        }
    }

    pub(super) async fn there_are_so_many_collections_however_many_are_made_at_once(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        for number in 0..COLLECTIONS_MAX - 2 {
            collections.create_collection(oski, &name(&number.to_string()), noon(3)).await.unwrap();
        }
        let names = ["a", "b", "c", "d"].map(name);
        let make = |index: usize| collections.create_collection(oski, &names[index], noon(3));
        let (a, b, c, d) = tokio::join!(make(0), make(1), make(2), make(3));
        let results = [a, b, c, d];
        let refused = results.iter().filter(|made| matches!(made, Err(CollectionError::TooManyCollections)));
        assert_eq!(refused.count(), 2, "{results:?}");
        assert_eq!(collections.collections(oski).await.unwrap().len(), COLLECTIONS_MAX);
    }

    pub(super) async fn a_full_collection_takes_no_more_however_many_try_at_once(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        let courses = more_courses(world, COLLECTION_COURSES_MAX + 2).await;
        let made = collections.create_collection(oski, &name("All"), noon(3)).await.unwrap();
        for course in &courses[..COLLECTION_COURSES_MAX - 2] {
            collections.add_to_collection(oski, made.id, *course, noon(3)).await.unwrap();
        }
        let last = &courses[COLLECTION_COURSES_MAX - 2..];
        let add = |index: usize| collections.add_to_collection(oski, made.id, last[index], noon(3));
        let (a, b, c, d) = tokio::join!(add(0), add(1), add(2), add(3));
        let results = [a, b, c, d];
        let refused = results.iter().filter(|added| matches!(added, Err(CollectionError::TooManyCourses)));
        assert_eq!(refused.count(), 2, "{results:?}");
        let held = collections.collections(oski).await.unwrap().remove(0).courses;
        assert_eq!(held.len(), COLLECTION_COURSES_MAX);
        collections.add_to_collection(oski, made.id, held[0], noon(3)).await.expect("it is in it already");
    }

    pub(super) async fn of_two_of_one_name_at_once_one_is_made(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let collections = world.collections();
        let (lower, upper) = (name("breadths"), name("BREADTHS"));
        let (one, other) = tokio::join!(
            collections.create_collection(oski, &lower, noon(3)),
            collections.create_collection(oski, &upper, noon(3)),
        );
        let results = [one, other];
        assert_eq!(results.iter().filter(|made| made.is_ok()).count(), 1, "{results:?}");
        assert!(results.iter().any(|made| matches!(made, Err(CollectionError::NameTaken(_)))), "{results:?}");
    }

    pub(super) async fn nobody_collects_nothing(world: &impl World) {
        let collections = world.collections();
        for nobody in [PersonId(7), PersonId(u64::MAX)] {
            assert_eq!(collections.collections(nobody).await.unwrap(), []);
            let error = collections.create_collection(nobody, &name("None"), noon(3)).await.unwrap_err();
            assert!(matches!(error, CollectionError::NoSuchPerson(id) if id == nobody), "{error:?}");
        }
    }
}
