//! A reader's browser: keeps cookies, and says with each request whose page sent it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use http::header::SET_COOKIE;
use http::{Method, StatusCode};

use crate::answer::Answer;
use crate::world::World;

/// One browser at the site.
pub(crate) struct Browser<'w> {
    world: &'w World,
    jar: RefCell<BTreeMap<String, String>>,
}

impl<'w> Browser<'w> {
    pub(crate) fn at(world: &'w World) -> Self {
        Self { world, jar: RefCell::default() }
    }

    /// Signed in as one of the made-up people.
    pub(crate) async fn of(world: &'w World, sample: &str) -> Self {
        let browser = Self::at(world);
        let answer = browser.post("/sign-in", &format!("sample={sample}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "none", "").await
    }

    /// Sends a form of the site's own page.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        self.send(Method::POST, path, "same-origin", form).await
    }

    /// Sends a form that stands on another site's page.
    pub(crate) async fn post_from_elsewhere(&self, path: &str, form: &str) -> Answer {
        self.send(Method::POST, path, "cross-site", form).await
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    pub(crate) fn plant(&self, name: &str, value: &str) {
        self.jar.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, method: Method, path: &str, site: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self.jar.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let mut headers = vec![("sec-fetch-site", site), ("host", "localhost"), ("user-agent", agent)];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        let answer = self.world.ask(method, path, &headers, body).await;
        for line in answer.headers.get_all(SET_COOKIE) {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.jar.borrow_mut().remove(name);
            } else {
                self.plant(name, value);
            }
        }
        answer
    }
}
