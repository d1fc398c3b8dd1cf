//! Which names answer, and what is for this machine alone.

use crate::world::{HOST, Server, World, status};

#[tokio::test]
async fn a_preview_is_said_to_come_and_what_can_be_none_is_a_wrong_host() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    for name in ["fix-42", "FIX-42", "4"] {
        let answer = world.get_at(&format!("{name}.{HOST}:8080"), "/catalog").await;
        assert_eq!(status(&answer), 501, "{name}: {answer}");
        assert!(answer.contains("<h1>This is still to come</h1>"), "{answer}");
        assert!(answer.contains("The preview of this branch will be at this address one day."), "{answer}");
    }
    for name in ["a.b", "a_b", "-a", "staging", "production"] {
        assert_eq!(status(&world.get_at(&format!("{name}.{HOST}"), "/").await), 421, "{name}");
    }
    assert_eq!(status(&world.get_at(&format!("www.{HOST}"), "/").await), 308, "it has a name of its own");
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn what_services_tell_this_machine_is_no_page_of_the_site() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    for path in ["/metrics", "/metrics/", "/metrics?x=1", "//metrics", "/x/../metrics"] {
        let answer = world.get(path).await;
        assert!(matches!(status(&answer), 404 | 308 | 400), "{path}: {answer}");
    }
    let answer = world.get("/metrics").await;
    assert_eq!(status(&answer), 404);
    assert!(answer.contains("<h1>This page does not exist</h1>"), "{answer}");
    assert_eq!(server.requests(), 0, "nobody behind was asked");
    assert_eq!(status(&world.get("/metricsx").await), 200, "another path");
}
