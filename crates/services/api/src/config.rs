//! The settings of the API.

/// Settings with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address under which people know the site, such as `https://berkeleytime.com`, for links in answers; without a
    /// slash at its end.
    pub public_url: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { public_url: None }
    }
}
