//! Writes the OpenAPI document to stdout: `cargo xtask gen` puts it into `docs/openapi.json`.

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn main() {
    print!("{}", api::openapi::document());
}
