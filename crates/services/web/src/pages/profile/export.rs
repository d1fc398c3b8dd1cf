//! Everything that is kept about somebody, as a file.

use accounts::alerts::{Delivery, Kinds};
use accounts::collection::Collection;
use accounts::session::Session;
use axum::body::Body;
use axum::response::Response;
use catalog::ids::CourseId;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use httpkit::cache::CachePolicy;
use httpkit::error::HttpError;
use planner::export::{ExportedSchedule, PersonExport};
use planner::schedule::{Selection, TimeBlock};
use serde_json::{Value, json};

use crate::account_menu::PROFILE;
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn download(visit: Visit) -> Result<Response, HttpError> {
    let Some(person) = visit.person() else { return Ok(sign_in::needed(&visit, PROFILE)) };
    let export = visit.app.ports.personal_data.export(person.id).await.map_err(sign_in::not_done)?;
    let Some(export) = export else {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "Your account is gone, and with it all that was kept."));
    };
    let text = serde_json::to_string_pretty(&document(&visit, &export)).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = HeaderValue::from_static("attachment; filename=\"berkeleytime-my-data.json\"");
    headers.insert(CONTENT_DISPOSITION, name);
    headers.insert(CACHE_CONTROL, CachePolicy::NoStore.header());
    Ok(response)
}

fn document(visit: &Visit, export: &PersonExport) -> Value {
    let (person, snapshot) = (&export.person, &*visit.snapshot);
    let wished = &person.notifications;
    let saved: Vec<Value> = export
        .saved_courses
        .iter()
        .map(|(course, at)| json!({ "course": code(snapshot, *course), "saved_at": at.to_string() }))
        .collect();
    let reports: Vec<Value> = export
        .reports
        .iter()
        .map(|report| {
            let contact = report.contact.as_ref().map(ToString::to_string);
            let (page, text) = (report.page.as_str(), report.text.as_str());
            json!({ "page": page, "text": text, "contact": contact, "at": report.at.to_string() })
        })
        .collect();
    json!({
        "exported_at": visit.now.to_string(),
        "person": {
            "email": person.email.as_str(),
            "first_name": person.first_name.as_str(),
            "last_name": person.last_name.as_str(),
            "major": person.major.as_str(),
            "role": person.role.slug(),
            "created_at": person.created_at.to_string(),
            "notifications": {
                "class_update": wished.class_update,
                "grade_update": wished.grade_update,
                "enrollment_opening": wished.enrollment_opening,
                "berkeleytime_update": wished.berkeleytime_update,
            },
        },
        "sessions": export.sessions.iter().map(session).collect::<Vec<_>>(),
        "saved_courses": saved,
        "collections": export.collections.iter().map(|list| collection(snapshot, list)).collect::<Vec<_>>(),
        "schedules": export.schedules.iter().map(|one| schedule(snapshot, one)).collect::<Vec<_>>(),
        "reports": reports,
        "alerts": alerts(snapshot, export),
    })
}

/// What they follow, what they were told of it, and whether by mail.
fn alerts(snapshot: &Snapshot, export: &PersonExport) -> Value {
    let follows = export.watches.iter().map(|watch| {
        let Kinds { seats, waitlist, changes, grades } = watch.kinds;
        json!({
            "course": code(snapshot, watch.watched.course),
            "term": watch.watched.term.slug(),
            "section": watch.watched.section.map(|section| section.to_string()),
            "tells": { "seats": seats, "waitlist": waitlist, "changes": changes, "grades": grades },
            "when": watch.pace.slug(),
            "why": watch.why.slug(),
            "since": watch.since.to_string(),
        })
    });
    let told = export.alerts.iter().map(|logged| {
        let (what, detail) = (logged.alert.headline.as_str(), logged.alert.detail.as_str());
        let sent_at = match &logged.delivery {
            Delivery::Sent(at) => Some(at.to_string()),
            _ => None,
        };
        json!({ "what": what, "detail": detail, "at": logged.at.to_string(), "sent_at": sent_at })
    });
    json!({
        "follows": follows.collect::<Vec<_>>(),
        "told": told.collect::<Vec<_>>(),
        "mail_off_since": export.alerts_mail_off_since.map(|at| at.to_string()),
    })
}

/// A course by its code; by its number when it left the catalog.
fn code(snapshot: &Snapshot, course: CourseId) -> Value {
    match snapshot.course_by_id(course) {
        Some(index) => json!(snapshot.course(index).course.code.to_string()),
        None => json!(course.0),
    }
}

fn session(session: &Session) -> Value {
    json!({
        "device": session.user_agent.as_ref().map(ToString::to_string),
        "created_at": session.created_at.to_string(),
        "last_seen_at": session.last_seen_at.to_string(),
        "expires_at": session.expires_at.to_string(),
    })
}

fn collection(snapshot: &Snapshot, list: &Collection) -> Value {
    let courses: Vec<Value> = list.courses.iter().map(|course| code(snapshot, *course)).collect();
    json!({ "name": list.name.as_str(), "created_at": list.created_at.to_string(), "courses": courses })
}

fn schedule(snapshot: &Snapshot, exported: &ExportedSchedule) -> Value {
    let schedule = &exported.schedule;
    let section = |key: &SectionKey| json!(key.number().to_string());
    let selection = |selection: &Selection| {
        json!({
            "course": code(snapshot, selection.course),
            "primary_section": selection.primary.as_ref().map(section),
            "secondary_sections": selection.secondary.iter().map(section).collect::<Vec<_>>(),
        })
    };
    let block = |block: &TimeBlock| {
        json!({
            "name": block.name.to_string(),
            "days": block.days.short(),
            "start": block.time.start().to_string(),
            "end": block.time.end().to_string(),
        })
    };
    json!({
        "name": schedule.name.to_string(),
        "term": schedule.term.slug(),
        "created_at": schedule.created_at.to_string(),
        "modified_at": schedule.modified_at.to_string(),
        "is_public": schedule.is_public,
        "versions": exported.versions,
        "links": exported.links.len(),
        "selections": schedule.selections.iter().map(selection).collect::<Vec<_>>(),
        "time_blocks": schedule.time_blocks.iter().map(block).collect::<Vec<_>>(),
    })
}
