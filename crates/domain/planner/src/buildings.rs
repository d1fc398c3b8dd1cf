//! Where buildings are, from `data/buildings.tsv`, and how long it takes to walk from one to another.

use std::sync::LazyLock;

/// How fast people walk to class: 80 metres a minute, 4.8 km/h, on a campus that lies on a slope.
const METERS_PER_MINUTE: f64 = 80.0;

/// How much longer a way is than the straight line between two buildings.
const DETOUR: f64 = 1.3;

/// Metres of a degree of latitude.
const METERS_PER_DEGREE: f64 = 111_195.0;

/// A place on the campus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east: negative in California.
    pub longitude: f64,
}

/// A building.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Building {
    /// Its name as the SIS writes it in front of a room.
    pub name: &'static str,
    /// Where it is.
    pub place: Place,
}

/// The building of a location such as `Dwinelle 223`; `None` when it is not in the table.
#[must_use]
pub fn of_location(location: &str) -> Option<&'static Building> {
    let names_it = |building: &&Building| {
        let rest = location.get(..building.name.len()).filter(|start| start.eq_ignore_ascii_case(building.name));
        rest.is_some() && !location[building.name.len()..].starts_with(|next: char| next.is_alphanumeric())
    };
    TABLE.iter().filter(names_it).max_by_key(|building| building.name.len())
}

/// Metres from one place to another as the crow flies; exact enough for a campus.
#[must_use]
pub fn meters_between(one: Place, other: Place) -> f64 {
    let north = (one.latitude - other.latitude) * METERS_PER_DEGREE;
    let shrunk = ((one.latitude + other.latitude) / 2.0).to_radians().cos();
    let east = (one.longitude - other.longitude) * METERS_PER_DEGREE * shrunk;
    north.hypot(east)
}

/// Minutes to walk from one place to another, rounded up.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number, bounded first")]
pub fn minutes_between(one: Place, other: Place) -> u16 {
    let minutes = (meters_between(one, other) * DETOUR / METERS_PER_MINUTE).ceil();
    minutes.clamp(0.0, f64::from(u16::MAX)) as u16
}

static TABLE: LazyLock<Vec<Building>> = LazyLock::new(|| read(include_str!("../data/buildings.tsv")));

fn read(text: &'static str) -> Vec<Building> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(read_line).collect()
}

fn read_line(line: &'static str) -> Option<Building> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    let latitude = columns.next()?.parse().ok()?;
    let longitude = columns.next()?.parse().ok()?;
    Some(Building { name, place: Place { latitude, longitude } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(location: &str) -> Option<&'static str> {
        of_location(location).map(|building| building.name)
    }

    #[test]
    fn every_line_of_the_table_is_read_and_lies_on_or_near_the_campus() {
        let lines = include_str!("../data/buildings.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
        let middle = of_location("Doe Library").unwrap().place;
        for building in TABLE.iter() {
            assert!(meters_between(building.place, middle) < 1_200.0, "{}", building.name);
        }
    }

    #[test]
    fn the_longest_name_that_a_location_begins_with_is_its_building() {
        assert_eq!(name("Dwinelle 223"), Some("Dwinelle"));
        assert_eq!(name("VALLEY LIFE SCIENCES 2050"), Some("Valley Life Sciences"));
        assert_eq!(name("Hearst Gym 234"), Some("Hearst Gym"));
        assert_eq!(name("Hearst Gym Tennis Cts 1"), Some("Hearst Gym Tennis"));
        assert_eq!(name("Evanston 1"), None, "another word is another building");
        assert_eq!(name("Tang 1"), None);
        assert_eq!(name("Requested General Assignment"), None);
        assert_eq!(name("Ev\u{e4}ns 1"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn a_walk_across_campus_takes_longer_than_one_next_door() {
        let place = |location| of_location(location).unwrap().place;
        assert_eq!(minutes_between(place("Evans 10"), place("Evans 60")), 0);
        assert!(minutes_between(place("Evans 10"), place("Davis 534")) <= 3);
        let far = minutes_between(place("Haas Faculty Wing F295"), place("Berkeley Way West 1102"));
        assert!((15..=25).contains(&far), "{far}");
    }
}
