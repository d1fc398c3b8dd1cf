//! Courses that students search for by name. Codes are real; titles and sizes are made up.

/// A course that is offered in every fall and spring.
pub(crate) struct KnownCourse {
    /// The subject's letters.
    pub(crate) subject: &'static str,
    pub(crate) number: &'static str,
    pub(crate) title: &'static str,
    pub(crate) units: u16,
    /// Seats of each lecture.
    pub(crate) seats: u32,
    pub(crate) lectures: u32,
    pub(crate) has_discussions: bool,
    pub(crate) has_laboratories: bool,
}

const fn big(
    subject: &'static str,
    number: &'static str,
    title: &'static str,
    units: u16,
    (seats, lectures): (u32, u32),
    secondaries: &'static str,
) -> KnownCourse {
    let kinds = secondaries.as_bytes();
    let (mut has_discussions, mut has_laboratories) = (false, false);
    let mut place = 0;
    while place < kinds.len() {
        has_discussions |= kinds[place] == b'D';
        has_laboratories |= kinds[place] == b'L';
        place += 1;
    }
    KnownCourse { subject, number, title, units, seats, lectures, has_discussions, has_laboratories }
}

/// All of them. `D` has discussions, `L` laboratories.
#[rustfmt::skip]
pub(crate) const KNOWN_COURSES: &[KnownCourse] = &[
    big("COMPSCI", "10", "Computing for the Curious", 4, (300, 1), "DL"),
    big("COMPSCI", "61A", "Programs and How They Are Built", 4, (1500, 1), "DL"),
    big("COMPSCI", "61B", "Data Structures at Work", 4, (1100, 1), "DL"),
    big("COMPSCI", "61C", "Machines below the Program", 4, (800, 1), "DL"),
    big("COMPSCI", "70", "Discrete Mathematics for Computing", 4, (700, 1), "D"),
    big("COMPSCI", "161", "Building Secure Systems", 4, (500, 1), "D"),
    big("COMPSCI", "162", "Operating Systems from Inside", 4, (350, 1), "D"),
    big("COMPSCI", "170", "Algorithms and Hard Problems", 4, (600, 1), "D"),
    big("COMPSCI", "186", "Databases and Their Making", 4, (550, 1), "D"),
    big("COMPSCI", "188", "Reasoning Machines", 4, (600, 1), "D"),
    big("COMPSCI", "189", "Learning from Data by Machine", 4, (650, 1), "D"),
    big("DATA", "100", "Working with Data", 4, (900, 1), "DL"),
    big("ELENG", "16A", "Sensing with Linear Circuits", 4, (600, 1), "DL"),
    big("ELENG", "16B", "Circuits and Feedback", 4, (550, 1), "DL"),
    big("MATH", "1A", "Calculus, First Part", 4, (380, 2), "D"),
    big("MATH", "1B", "Calculus, Second Part", 4, (380, 2), "D"),
    big("MATH", "16A", "Calculus for the Life Sciences, First Part", 3, (300, 2), "D"),
    big("MATH", "16B", "Calculus for the Life Sciences, Second Part", 3, (250, 1), "D"),
    big("MATH", "32", "Before Calculus", 4, (150, 1), "D"),
    big("MATH", "53", "Calculus in Space", 4, (380, 2), "D"),
    big("MATH", "54", "Matrices and Differential Equations", 4, (350, 2), "D"),
    big("MATH", "55", "Discrete Mathematics", 4, (200, 1), "D"),
    big("MATH", "104", "Analysis on the Real Line", 4, (40, 5), ""),
    big("MATH", "110", "Linear Algebra with Proofs", 4, (180, 2), "D"),
    big("STAT", "2", "Statistics for Readers of News", 4, (250, 1), "D"),
    big("STAT", "20", "Probability and Statistics at Sight", 4, (350, 2), "D"),
    big("STAT", "134", "Ideas of Probability", 4, (300, 1), "D"),
    big("STAT", "140", "Probability for Data Work", 4, (150, 1), "D"),
    big("CHEM", "1A", "The Chemistry of Everything", 3, (500, 2), "D"),
    big("CHEM", "1AL", "The Chemistry of Everything: Laboratory", 2, (500, 2), "L"),
    big("CHEM", "1B", "Chemical Change", 4, (300, 1), "DL"),
    big("CHEM", "3A", "Carbon and Its Compounds", 3, (450, 2), "D"),
    big("CHEM", "3B", "Carbon and Its Reactions", 3, (300, 1), "D"),
    big("PHYSICS", "7A", "Motion, Heat and Waves", 4, (240, 2), "DL"),
    big("PHYSICS", "7B", "Electricity and Light", 4, (240, 2), "DL"),
    big("PHYSICS", "8A", "Physics for the Life Sciences", 4, (300, 2), "DL"),
    big("BIOLOGY", "1A", "Cells and Bodies", 3, (650, 1), "D"),
    big("BIOLOGY", "1AL", "Cells and Bodies: Laboratory", 2, (600, 1), "L"),
    big("BIOLOGY", "1B", "Plants, Animals and Their Past", 4, (600, 1), "DL"),
    big("ECON", "1", "How Economies Work", 4, (700, 1), "D"),
    big("ECON", "2", "How Economies Work, Extended", 4, (300, 1), "D"),
    big("ECON", "100A", "Markets and Choices", 4, (300, 1), "D"),
    big("ECON", "100B", "Growth and Cycles", 4, (300, 1), "D"),
    big("ECON", "140", "Measuring the Economy", 4, (250, 1), "D"),
    big("UGBA", "10", "How Firms Work", 3, (400, 1), "D"),
    big("UGBA", "101A", "Markets for Managers", 3, (120, 2), "D"),
    big("UGBA", "102A", "Reading Accounts", 3, (120, 3), "D"),
    big("POLSCI", "1", "How America Is Governed", 4, (450, 1), "D"),
    big("POLSCI", "2", "Governments Compared", 4, (400, 1), "D"),
    big("POLSCI", "3", "Evidence about Politics", 4, (300, 1), "D"),
    big("PSYCH", "1", "Minds and Behavior", 3, (500, 1), "D"),
    big("SOCIOL", "1", "Looking at Society", 4, (280, 1), "D"),
    big("ANTHRO", "1", "Becoming Human", 4, (350, 1), "DL"),
    big("GEOG", "1", "The Living Planet", 4, (150, 1), "L"),
    big("HISTORY", "7A", "North America before the Civil War", 4, (300, 1), "D"),
    big("HISTORY", "7B", "The United States since the Civil War", 4, (400, 1), "D"),
    big("PHILOS", "2", "What We Owe Each Other", 4, (150, 1), "D"),
    big("PHILOS", "3", "What Minds Are", 4, (200, 1), "D"),
    big("ASTRON", "10", "The Sky and Beyond", 4, (500, 1), "D"),
    big("EPS", "50", "The Planet under Our Feet", 4, (120, 1), "L"),
    big("ENGLISH", "45A", "Literature in English, First Part", 4, (150, 1), "D"),
    big("ENGLISH", "R1A", "Reading and Writing about Texts", 4, (18, 20), ""),
    big("ENGLISH", "R1B", "Reading, Writing and Research", 4, (18, 24), ""),
    big("COLWRIT", "R1A", "College Writing", 6, (14, 26), ""),
    big("RHETOR", "R1A", "The Craft of Argument", 4, (18, 10), ""),
    big("AFRICAM", "27AC", "Lives and Liberty", 4, (180, 1), "D"),
    big("ETHSTD", "21AC", "Peoples of a Continent", 4, (250, 1), "D"),
    big("HISTORY", "137AC", "Arrivals: Immigration and Its Stories", 4, (180, 1), "D"),
    big("MUSIC", "27", "Listening Closely", 4, (250, 1), "D"),
    big("SPANISH", "1", "Elementary Spanish", 5, (24, 10), ""),
    big("FRENCH", "1", "Elementary French", 5, (24, 8), ""),
    big("CHINESE", "1A", "Elementary Chinese", 5, (24, 8), ""),
    big("JAPAN", "1A", "Elementary Japanese", 5, (25, 8), ""),
    big("KOREAN", "1A", "Elementary Korean", 5, (22, 8), ""),
    big("INTEGBI", "131", "How Bodies Are Built", 3, (350, 1), ""),
    big("MCELLBI", "102", "Molecules of Life", 4, (400, 1), "D"),
    big("NUSCTX", "10", "What We Eat", 3, (500, 1), "D"),
    big("ENVECON", "1", "The Environment as an Economy", 4, (250, 1), "D"),
    big("LEGALST", "39D", "Law in Public", 4, (20, 2), ""),
    big("MCELLBI", "50", "Defending the Body", 4, (200, 1), "D"),
];

/// Groups of cross-listed courses: who shares the number and the `cs-course-id`.
pub(crate) struct KnownCrossListing {
    pub(crate) subjects: &'static [&'static str],
    pub(crate) number: &'static str,
    pub(crate) title: &'static str,
    pub(crate) seats: u32,
}

/// All of them; the first subject has most of the seats.
pub(crate) const KNOWN_CROSS_LISTINGS: &[KnownCrossListing] = &[
    KnownCrossListing {
        subjects: &["STAT", "COMPSCI", "INFO"],
        number: "C8",
        title: "First Steps with Data",
        seats: 900,
    },
    KnownCrossListing { subjects: &["COMPSCI", "STAT"], number: "C100", title: "Data in Depth", seats: 400 },
    KnownCrossListing { subjects: &["ASTRON", "EPS"], number: "C12", title: "Worlds around the Sun", seats: 150 },
    KnownCrossListing {
        subjects: &["CHEM", "BIOENG"],
        number: "C130",
        title: "Physical Chemistry of Living Things",
        seats: 120,
    },
];
