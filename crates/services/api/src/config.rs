//! The settings of the API.

/// Settings with their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The address under which people know the site, such as `https://berkeleytime.com`, for links in answers; without a
    /// slash at its end.
    pub public_url: Option<String>,
    /// Which build of the program this is: kept answers of another build are not this one's.
    pub release: String,
}
